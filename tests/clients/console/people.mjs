// People with a browser of their own: whoever signs in once can have more windows.
import assert from 'node:assert/strict';
import { complaintsOf } from '../browser.mjs';

const VIEW = { viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' };

/** Asks the API with the page's cookie. */
const asking = (page) => (query, variables = {}) =>
  page.evaluate(
    async ([query, variables]) => {
      const headers = { 'content-type': 'application/json', 'liaison-csrf': '1' };
      const response = await fetch('graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
      return response.json();
    },
    [query, variables],
  );

export class People {
  #sessions = new Map();

  constructor(browser, base, logins) {
    Object.assign(this, { browser, base, logins });
  }

  /** A window of somebody with this role. `apart`: with a session of its own; `more`: how the window is another one. */
  async open(role, place = '#/contacts', { apart = false, ...more } = {}) {
    const key = `${role} ${this.base}`;
    const known = apart ? undefined : this.#sessions.get(key);
    const context = await this.browser.newContext({ ...VIEW, ...more, storageState: known });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const person = { page, context, ask: asking(page), complaints: complaintsOf(page), refused: refusalsOf(page) };
    await page.goto(this.base + place);
    if (!known) {
      await this.signIn(page, role);
      await page.waitForSelector('.shell');
      if (!apart) this.#sessions.set(key, await context.storageState());
    }
    await page.waitForSelector('.shell');
    return person;
  }

  /** Whose sessions were ended signs in anew. */
  forget(role) {
    this.#sessions.delete(`${role} ${this.base}`);
  }

  async signIn(page, role) {
    const { email, password } = this.logins[role];
    await page.fill('#email', email);
    await page.fill('#password', password);
    await page.click('#submit');
  }
}

/** Operations that the server has refused: the console should not have asked. */
function refusalsOf(page) {
  const refused = [];
  page.on('response', async (response) => {
    if (!response.url().endsWith('/graphql') || response.request().method() !== 'POST') return;
    const text = await response.text().catch(() => '');
    if (text.includes('"FORBIDDEN"') || text.includes('"BAD_USER_INPUT"')) refused.push(text);
  });
  return refused;
}

/** Waits until the page of a place stands: it has a title, and nothing is being loaded. */
export const stands = (page) =>
  page.waitForFunction(() => {
    const main = document.querySelector('main');
    return main?.querySelector('h1, .empty') && !main.querySelector('.loading, .placeholder');
  });

/** Goes to a place within the console, and waits for its page. */
export async function visit(page, place) {
  await page.evaluate((hash) => void (location.hash = hash), place);
  await stands(page);
}

export const isMissing = (page) => page.isVisible('main .empty h2:text-is("There is nothing here")');

/** Tells that a text is shown. */
export const shows = (page, selector, text) => page.waitForSelector(`${selector}:has-text(${JSON.stringify(text)})`);

/** Waits until an answer has become what is expected. */
export async function becomes(ask, what, expected) {
  const end = Date.now() + 10_000;
  for (let found = what(await ask()); JSON.stringify(found) !== JSON.stringify(expected); found = what(await ask())) {
    if (Date.now() > end) assert.deepEqual(found, expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
