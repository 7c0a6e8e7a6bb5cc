// How long until the first rows: in a browser that has never been here, and in one that has.
import { firstRows, fresh, settled, windowOf } from './browser.mjs';
import { percentile } from './figures.mjs';

const BUDGETS_MS = { cold: 800, warm: 150 };

/** Each cold load has a server and a browser of its own; the warm ones follow in the last of them. */
export async function measureLoading(server, figures, { cold, warm }) {
  const [first, again] = [[], []];
  for (let at = 1; at <= cold; at += 1) {
    await server.start('--dev');
    const browser = await fresh();
    const page = await windowOf(browser);
    await page.goto(server.url, { waitUntil: 'commit' });
    first.push(await firstRows(page));
    await settled(page);
    for (let more = 0; at === cold && more < warm; more += 1) {
      await page.reload({ waitUntil: 'commit' });
      again.push(await firstRows(page));
      await settled(page);
    }
    await browser.close();
    await server.stop();
  }
  figures.add('first rows, cold', percentile(first, 1), 'ms', { budget: BUDGETS_MS.cold,
    how: `slowest of ${cold}, each in a new browser at a new server; median ${Math.round(percentile(first, 0.5))} ms` });
  figures.add('first rows, warm', percentile(again, 0.5), 'ms', { budget: BUDGETS_MS.warm,
    how: `median of ${warm} reloads; p95 ${Math.round(percentile(again, 0.95))} ms` });
}
