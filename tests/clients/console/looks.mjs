// Every page as axe and the eye see it: in light and dark, at 320 px, and at 200 %.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMissing, stands, visit } from './people.mjs';
import { overlays } from './routes.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const artefacts = process.env.ARTIFACTS_DIR ?? new URL('../../../target/artifacts', import.meta.url).pathname;
const folder = `${artefacts}/console`;

const WINDOWS = [
  { window: 'wide', width: 1280, height: 800 },
  { window: 'narrow', width: 320, height: 640 },
  // At 200 % a window of 1280 has half as many pixels of CSS.
  { window: 'zoomed', width: 640, height: 400 },
];
const LOOKS = WINDOWS.flatMap((size) => ['light', 'dark'].map((colorScheme) => ({ ...size, colorScheme })));

/** A rule of WCAG 2.2 AA that axe leaves out by itself. */
const RULES = { 'target-size': { enabled: true } };

/** What axe finds on a page, a line for each. */
export async function violations(page) {
  // The page's policy lets no other script in; what the debugger evaluates is none.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const options = { resultTypes: ['violations'], rules: RULES };
  const { violations: found } = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** Looks at what is in a window in each way, and leaves pictures by this name; returns what is wrong. */
export async function problemsOf(page, name) {
  mkdirSync(folder, { recursive: true });
  const problems = [];
  for (const { window, width, height, colorScheme } of LOOKS) {
    const way = `${name}-${window}-${colorScheme}`;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await stands(page);
    await page.screenshot({ path: `${folder}/${way}.png` });
    problems.push(...(await violations(page)).map((line) => `${way}: ${line}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) problems.push(`${way}: scrolls sideways, being ${wide} wide`);
  }
  return problems;
}

/** Looks at each page in each way. */
export async function look({ page }, pages) {
  const problems = [];
  for (const { name, place } of pages) {
    await visit(page, place);
    assert.equal(await isMissing(page), false, `${place} is missing`);
    problems.push(...(await problemsOf(page, name)));
  }
  assert.deepEqual(problems, []);
}

/** Looks at what opens on the pages. */
export async function lookAtOverlays({ page }, pages) {
  const problems = [];
  for (const { name, on, key, shows } of overlays) {
    await visit(page, '#/batches');
    await visit(page, pages.find((page) => page.name === on).place);
    await page.keyboard.press(key);
    await page.waitForSelector(shows);
    problems.push(...(await problemsOf(page, name)));
    await page.keyboard.press('Escape');
    await page.waitForSelector(shows, { state: 'detached' });
  }
  assert.deepEqual(problems, []);
}

export const photograph = (page, name) => {
  mkdirSync(folder, { recursive: true });
  return page.screenshot({ path: `${folder}/${name}.png` });
};
