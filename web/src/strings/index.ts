import type { en } from './en';

/** The texts of the console. Each language has all of those that English has. */
export type Strings = typeof en;

/** The texts in the reader's language. Read it while drawing, never at the top of a module. */
export let t: Strings;

/** Language of dates and numbers. */
export let locale = 'en';

const english = async () => (await import('./en')).en;

const LANGUAGES: Record<string, () => Promise<Strings>> = {
  en: english,
  de: async () => (await import('./de')).de,
  // A language of nobody's, with which the layout from right to left is tried.
  'ar-XB': english,
};

/** Languages that are written from right to left. */
const FROM_RIGHT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/;

/** Loads the first language of the browser that there is, else English. */
export async function loadStrings(languages: readonly string[] = navigator.languages): Promise<void> {
  const known = languages.find((language) => nameOf(language)) ?? 'en';
  const load = LANGUAGES[nameOf(known) ?? 'en'];
  if (load) t = await load();
  locale = known;
  document.documentElement.lang = known;
  document.documentElement.dir = FROM_RIGHT.test(known) ? 'rtl' : 'ltr';
}

/** The language of ours that a browser's is: `de` for `de-CH`. */
const nameOf = (language: string): string | undefined =>
  [language, language.split('-')[0] ?? ''].find((name) => name in LANGUAGES);
