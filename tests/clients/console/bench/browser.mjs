// Chromium as it is measured: with a clock of its own for each page.
import { launch } from '../../browser.mjs';
import { probe } from './probe.mjs';

const VIEW = { viewport: { width: 1280, height: 800 }, locale: 'en-GB' };
const PATIENCE_MS = 60_000;

/** Opens a browser, which has cached nothing. */
export const fresh = () => launch(['--enable-precise-memory-info']);

/** Opens a window with the probe in it. */
export async function windowOf(browser) {
  const context = await browser.newContext(VIEW);
  await context.addInitScript(probe);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/**
 * Waits for the first rows; returns when they were seen, in milliseconds since the navigation began. Not by Playwright's
 * own waiting: it runs a large script in the page, and the rows would come after it.
 */
export async function firstRows(page) {
  const debug = await page.context().newCDPSession(page);
  const told = { expression: 'globalThis.probe.firstRows', awaitPromise: true, returnByValue: true };
  const { result } = await debug.send('Runtime.evaluate', told);
  await debug.detach();
  return result.value;
}

/** Waits until nothing moves; returns when that was seen, in milliseconds after the last key or click. */
export async function settled(page, ms = 150) {
  await page.waitForFunction((ms) => globalThis.probe.isQuiet(ms), ms);
  return page.evaluate(() => globalThis.probe.seenAt() - globalThis.probe.keyAt);
}
