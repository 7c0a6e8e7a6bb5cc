// Every page as axe and the eye see it: in light and dark, at 320 px, and at 200 %.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMissing, stands, visit } from './people.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const artefacts = process.env.ARTIFACTS_DIR ?? new URL('../../../target/artifacts', import.meta.url).pathname;
const folder = `${artefacts}/console`;

const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1280, height: 800 },
  { name: 'dark', colorScheme: 'dark', width: 1280, height: 800 },
  { name: 'narrow', colorScheme: 'light', width: 320, height: 640 },
  // At 200 % a window of 1280 has half as many pixels of CSS.
  { name: 'zoomed', colorScheme: 'dark', width: 640, height: 400 },
];

/** What axe finds on a page, a line for each. */
export async function violations(page) {
  // The page's policy lets no other script in; what the debugger evaluates is none.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** Looks at each page in each way, and leaves pictures. */
export async function look({ page }, pages) {
  mkdirSync(folder, { recursive: true });
  const problems = [];
  for (const { name, place } of pages) {
    await visit(page, place);
    assert.equal(await isMissing(page), false, `${place} is missing`);
    for (const { name: way, colorScheme, width, height } of LOOKS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await stands(page);
      await page.screenshot({ path: `${folder}/${name}-${way}.png` });
      const found = await violations(page);
      problems.push(...found.map((line) => `${name}, ${way}: ${line}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) problems.push(`${name}, ${way}: scrolls sideways, being ${wide} wide`);
    }
  }
  assert.deepEqual(problems, []);
}

export const photograph = (page, name) => {
  mkdirSync(folder, { recursive: true });
  return page.screenshot({ path: `${folder}/${name}.png` });
};
