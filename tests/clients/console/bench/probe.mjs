// What runs within a measured page, from before its first script on: when things were seen, and how long frames took.

/** To be given to `addInitScript`: makes `globalThis.probe`. */
export function probe() {
  // The display's clock has steps of 16.7 ms, and three of them are not more than 50.
  const LATE_MS = 51;
  // A key that has done nothing by then does nothing, such as at the end of a list.
  const NOTHING_MS = 2000;
  const state = { pending: 0, changedAt: 0, shownAt: 0, rowsShownAt: 0, answeredAt: 0, firstAnswerAt: 0, keyAt: 0, rowsAt: 0 };
  globalThis.probe = state;
  let tellRows;
  state.firstRows = new Promise((resolve) => (tellRows = resolve));

  const fetched = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    state.pending += 1;
    try {
      return await fetched(...request);
    } finally {
      state.pending -= 1;
      state.answeredAt = performance.now();
      state.firstAnswerAt ||= state.answeredAt;
    }
  };
  const began = ({ timeStamp }) => Object.assign(state, { keyAt: timeStamp, firstAnswerAt: 0 });
  addEventListener('keydown', began, { capture: true });
  addEventListener('pointerdown', began, { capture: true });

  /** Calls once the next frame is drawn, with whether it shows the first rows. */
  const whenShown = (call) =>
    requestAnimationFrame(() => {
      const isFirst = state.rowsAt === 0 && hasRows();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => call(performance.now(), isFirst);
      port2.postMessage(null);
    });
  const hasRows = () => document.querySelector('main .row a') !== null && document.querySelector('main .placeholder') === null;
  const isInRow = ({ target }) => (target instanceof Element ? target : target.parentElement)?.closest('.row') != null;
  let isWaiting = false;
  let isRowWaiting = false;
  new MutationObserver((changes) => {
    state.changedAt = performance.now();
    isRowWaiting ||= changes.some(isInRow);
    if (isWaiting) return;
    isWaiting = true;
    whenShown((now, isFirst) => {
      isWaiting = false;
      state.shownAt = now;
      if (isRowWaiting) state.rowsShownAt = now;
      isRowWaiting = false;
      if (isFirst) tellRows((state.rowsAt = now));
    });
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

  /** True when the last key or click has done what it does, nothing is asked for any more, and all has stood for a while. */
  state.isQuiet = (ms) => {
    const last = Math.max(state.changedAt, state.answeredAt);
    const now = performance.now();
    const isDone = last > state.keyAt || now - state.keyAt > NOTHING_MS;
    return state.pending === 0 && !isWaiting && hasRows() && isDone && now - last > ms;
  };
  /** When what the last key or click has done was seen: an answer that changes nothing is, once it is there. */
  state.seenAt = () => (state.changedAt > state.keyAt ? state.shownAt : state.answeredAt);

  /** The same for the rows of a search, whose number beside the title may come later. */
  state.rowsSeenAt = () => (state.rowsShownAt > state.keyAt ? state.rowsShownAt : state.firstAnswerAt);

  let running = 0;
  /** Takes the time of every frame from now on; `frames.stop()` returns what it has seen. */
  state.frames = {
    start() {
      const run = (running += 1);
      const seen = { count: 0, late: [], longest: 0, blank: 0 };
      let before = performance.now();
      const frame = (now) => {
        if (run !== running) return;
        const took = now - before;
        before = now;
        seen.count += 1;
        seen.longest = Math.max(seen.longest, took);
        if (took > LATE_MS) seen.late.push(Math.round(took));
        if (document.querySelector('main .placeholder')) seen.blank += 1;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame((now) => {
        before = now;
        requestAnimationFrame(frame);
      });
      this.seen = seen;
    },
    stop() {
      running += 1;
      return this.seen;
    },
  };

  /** Drags the list's bar from one share of its way to another, a step each frame. */
  state.drag = (from, to, ms) =>
    new Promise((resolve) => {
      const rows = document.getElementById('rows');
      const began = performance.now();
      const step = (now) => {
        const share = Math.min(1, Math.max(0, (now - began) / ms));
        rows.scrollTop = (from + (to - from) * share) * (rows.scrollHeight - rows.clientHeight);
        if (share < 1) requestAnimationFrame(step);
        else resolve();
      };
      requestAnimationFrame(step);
    });
}
