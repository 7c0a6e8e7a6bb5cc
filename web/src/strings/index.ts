import type { en } from './en';

/** The texts of the console. Each language has all of those that English has. */
export type Strings = typeof en;

/** The texts in the reader's language. Read it while drawing, never at the top of a module. */
export let t: Strings;

/** Language of dates and numbers. */
export let locale = 'en';

const LANGUAGES: Record<string, () => Promise<Strings>> = {
  en: async () => (await import('./en')).en,
  de: async () => (await import('./de')).de,
};

/** Loads the first language of the browser that there is, else English. */
export async function loadStrings(languages: readonly string[] = navigator.languages): Promise<void> {
  const known = languages.find((language) => baseOf(language) in LANGUAGES) ?? 'en';
  const load = LANGUAGES[baseOf(known)];
  if (load) t = await load();
  locale = known;
  document.documentElement.lang = known;
}

const baseOf = (language: string): string => language.split('-')[0] ?? '';
