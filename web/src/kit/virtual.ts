import type { RefObject } from 'preact';
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { heightOf, moved, toBar, type Extent, type Position } from './scale';

/** Rows that are drawn above and below those in view. */
const MORE = 4;
/** About what stands above and below a list in its window, in pixels. */
const AROUND = 120;
/** Time for which a row is in view at least while it can be read. */
const READ_MS = 50;
/** Pause after which a list that has gone fast stands still. */
const STILL_MS = 100;
/** Pause after which the bar is set to where the list is. */
const SETTLE_MS = 200;

interface VirtualOptions {
  count: number;
  rowHeight: number;
  /** Height of what stays above the rows while they scroll. */
  head: number;
  scroller: RefObject<HTMLElement | null>;
}

export interface Virtual {
  /** The rows that are drawn, without the last. */
  from: number;
  to: number;
  /** Most rows that are drawn at a time. */
  most: number;
  /** True while the list goes by too fast for anybody to read it. */
  isFast: boolean;
  /** Height of the element that holds the rows. */
  height: number;
  /** Where a row is drawn in that element. */
  top: (index: number) => number;
  /** Scrolls a row into view; `start`: to the top of it. */
  reveal: (index: number, align?: 'auto' | 'start') => void;
  /** Goes so many rows farther at once, because the rows in view have moved in the list. */
  shift: (rows: number) => void;
}

/** Part of a list that is drawn. */
interface Drawn {
  from: number;
  to: number;
  /** How far the bar is from the list. */
  ahead: number;
  isFast: boolean;
}

interface State {
  at: Position;
  list: number;
  /** Height of what scrolls. It is known before it is needed, because asking for it makes the browser lay out. */
  height: number;
  isFast: boolean;
  /** Part that is drawn, to compare with the one in view. */
  drawn?: Drawn;
}

const isSame = (one: Drawn, other: Drawn | undefined): boolean =>
  one.from === other?.from && one.to === other.to && one.ahead === other.ahead && one.isFast === other.isFast;

/** The rows of a list of any length that are in view. All rows are equally high. */
export function useVirtual({ count, rowHeight, head, scroller }: VirtualOptions): Virtual {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const state = useMemo(
    (): State => ({ at: { bar: 0, offset: 0 }, list: 0, height: innerHeight - AROUND, isFast: false }),
    [],
  );
  state.list = count * rowHeight;
  const extent = (): Extent => ({ list: state.list, view: Math.max(0, state.height - head) });
  const range = (): Drawn => {
    const { list, view } = extent();
    const offset = Math.min(state.at.offset, Math.max(0, list - view));
    return {
      from: Math.max(0, Math.floor(offset / rowHeight) - MORE),
      to: Math.min(Math.round(list / rowHeight), Math.ceil((offset + view) / rowHeight) + MORE),
      ahead: Math.round(state.at.bar - state.at.offset),
      isFast: state.isFast,
    };
  };

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const show = () => {
      if (!isSame(range(), state.drawn)) redraw(undefined);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stillTimer: ReturnType<typeof setTimeout> | undefined;
    let before = 0;
    const stand = () => {
      state.isFast = false;
      show();
    };
    const settle = () => {
      // The bar has gone a short way where the list has gone the same: now it shows the share again.
      const bar = Math.round(toBar(state.at.offset, extent()));
      if (Math.abs(bar - element.scrollTop) <= 1) return;
      state.at = { bar, offset: state.at.offset };
      element.scrollTop = bar;
      show();
    };
    const onScroll = ({ timeStamp }: Event) => {
      const { offset } = state.at;
      state.at = moved(state.at, element.scrollTop, extent());
      const way = Math.abs(state.at.offset - offset);
      const took = timeStamp - before;
      state.isFast = took < STILL_MS && way * READ_MS > extent().view * took;
      before = timeStamp;
      show();
      clearTimeout(timer);
      clearTimeout(stillTimer);
      timer = setTimeout(settle, SETTLE_MS);
      if (state.isFast) stillTimer = setTimeout(stand, STILL_MS);
    };
    const observer = new ResizeObserver(() => {
      state.height = element.clientHeight;
      show();
    });
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      clearTimeout(stillTimer);
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- all that changes is in the state
  }, []);

  const goTo = (wanted: number) => {
    const { list, view } = extent();
    const offset = Math.max(0, Math.min(wanted, list - view));
    state.at = { bar: Math.round(toBar(offset, extent())), offset };
    if (scroller.current) scroller.current.scrollTop = state.at.bar;
    redraw(undefined);
  };

  const drawn = range();
  state.drawn = drawn;
  return {
    from: drawn.from,
    to: drawn.to,
    isFast: drawn.isFast,
    most: Math.ceil(extent().view / rowHeight) + 2 * MORE + 1,
    height: heightOf(extent()),
    top: (index) => index * rowHeight + drawn.ahead,
    reveal: (index, align = 'auto') => {
      const top = index * rowHeight;
      const isAbove = top < state.at.offset;
      const bottom = top + rowHeight - extent().view;
      if (align === 'start' || isAbove) goTo(top);
      else if (bottom > state.at.offset) goTo(bottom);
    },
    shift: (rows) => goTo(state.at.offset + rows * rowHeight),
  };
}
