// Scrolling a list of any length, at every speed, and the heap that it leaves.
import assert from 'node:assert/strict';
import { settled } from './browser.mjs';
import { percentile } from './figures.mjs';

const BUDGETS = { late: 0, heap: 60 };
const MIDDLE = { x: 640, y: 450 };

/** Ways to go through a list; each takes some milliseconds. */
const WAYS = {
  'wheel, slowly': (tools, ms) => wheel(tools, ms, 400),
  'wheel, fast': (tools, ms) => wheel(tools, ms, 4000),
  'wheel, as fast as it goes': (tools, ms) => wheel(tools, ms, 40_000),
  'bar, from end to end': async ({ page }, ms) => {
    await page.evaluate((ms) => globalThis.probe.drag(0, 1, ms / 2), ms);
    await page.evaluate((ms) => globalThis.probe.drag(1, 0, ms / 2), ms);
  },
  'keys held': async ({ page }, ms) => {
    await page.focus('#rows');
    await during(ms, async () => {
      await page.keyboard.press('PageDown');
      await pause(33);
    });
  },
  'letter to letter': async ({ page }, ms) => {
    const letters = await page.$$('.letters button');
    let at = 0;
    await during(ms, async () => {
      // Not one after the other.
      await letters[(at += 7) % letters.length]?.click();
      await pause(150);
    });
  },
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function during(ms, step) {
  const end = Date.now() + ms;
  while (Date.now() < end) await step();
}

/** Turns the wheel down, then up again, by the browser's own gesture. */
async function wheel({ debug }, ms, speed) {
  for (const direction of [-1, 1]) {
    const distance = (direction * speed * ms) / 2000;
    await debug.send('Input.synthesizeScrollGesture', { ...MIDDLE, yDistance: distance, speed, gestureSourceType: 'mouse', preventFling: true });
  }
}

/** How long a click on each letter takes until its rows are there. */
async function jumps(page, figures, most) {
  const took = [];
  for (const letter of (await page.$$('.letters button')).slice(0, most)) {
    const text = await letter.textContent();
    await letter.click();
    took.push(await settled(page));
    const name = await page.textContent('.row-active a');
    const first = name.normalize('NFKD').trim().slice(0, 1).toUpperCase();
    if (/[A-Z]/.test(text)) assert.equal(first, text, `a jump to ${text}`);
  }
  if (took.length === 0) return;
  figures.add('jump by the letter bar', percentile(took, 0.95), 'ms', { how: `p95 of ${took.length} letters; slowest ${Math.round(percentile(took, 1))} ms` });
}

/** Scrolls in each way, for as long together as is said. */
export async function measureScrolling(page, figures, { seconds, jumps: most }) {
  const debug = await page.context().newCDPSession(page);
  const ways = Object.entries(WAYS);
  let [count, late, longest] = [0, [], 0];
  for (const [name, go] of ways) {
    await page.evaluate(() => globalThis.probe.frames.start());
    await go({ page, debug }, (seconds * 1000) / ways.length);
    const seen = await page.evaluate(() => globalThis.probe.frames.stop());
    await settled(page);
    count += seen.count;
    late = [...late, ...seen.late];
    longest = Math.max(longest, seen.longest);
    figures.note(`${name}: ${seen.count} frames, longest ${Math.round(seen.longest)} ms, over 50 ms: ${seen.late.join(', ') || 'none'}; ` +
      `rows still being loaded in ${Math.round((100 * seen.blank) / seen.count)} % of them`);
  }
  figures.add('frames over 50 ms while scrolling', late.length, 'frames', { budget: BUDGETS.late,
    how: `of ${count} in ${seconds} s, ${ways.length} ways; longest ${Math.round(longest)} ms` });
  await jumps(page, figures, most);
  await debug.send('HeapProfiler.enable');
  await debug.send('HeapProfiler.collectGarbage');
  const { usedSize } = await debug.send('Runtime.getHeapUsage');
  figures.add('heap after scrolling', usedSize / 2 ** 20, 'MB', { budget: BUDGETS.heap, how: 'JavaScript, after a collection' });
}
