// From right to left, every page is as in a mirror.
import assert from 'node:assert/strict';
import { photograph } from './looks.mjs';
import { stands, visit } from './people.mjs';

const SIZES = [
  { name: 'wide', width: 1280, height: 800 },
  { name: 'narrow', width: 320, height: 640 },
];

/** Elements that do not stand where a mirror shows them, and whether the page scrolls sideways. Runs in the page. */
function faults() {
  const root = document.documentElement;
  // Texts flow by their own direction, and what is drawn in an icon does not turn.
  const all = [...document.querySelectorAll('body *:not(path, option, script, [dir=ltr] *, [dir=auto] *)')];
  const boxes = () => all.map((element) => element.getBoundingClientRect());
  const scrolls = () => Math.round(root.scrollWidth - root.clientWidth);
  const [mirrored, sideways] = [boxes(), scrolls()];
  root.dir = 'ltr';
  const plain = boxes();
  root.dir = 'rtl';
  const found = all.flatMap((element, at) => {
    const [there, here] = [plain[at], mirrored[at]];
    if (getComputedStyle(element).display === 'inline' || there.width === 0) return [];
    const expected = root.clientWidth - there.right;
    return Math.abs(here.left - expected) > 1.5 ? [`${element.outerHTML.slice(0, 120)}: at ${here.left}, not ${expected}`] : [];
  });
  // What stands wrong has its content with it.
  return sideways > 0 ? [`scrolls sideways by ${sideways}`, ...found.slice(0, 3)] : found.slice(0, 3);
}

export async function standsAsInAMirror(people, pages) {
  const { page, context, complaints, refused } = await people.open('ADMIN', '#/contacts', { locale: 'ar-XB' });
  assert.equal(await page.getAttribute('html', 'dir'), 'rtl');
  const problems = [];
  for (const { name, place } of pages) {
    await visit(page, place);
    for (const { name: size, width, height } of SIZES) {
      await page.setViewportSize({ width, height });
      await stands(page);
      problems.push(...(await page.evaluate(faults)).map((fault) => `${name}, ${size}: ${fault}`));
      await photograph(page, `${name}-mirrored-${size}`);
    }
  }
  assert.deepEqual(problems, []);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}
