import { en } from './en';

/** The texts of the console. Each language has all of those that English has. */
export type Strings = typeof en;

/** The texts in the reader's language. Read it while drawing, never at the top of a module. */
export let t: Strings = en;

/** Language of dates and numbers. */
export let locale = 'en';

const LANGUAGES: Record<string, () => Promise<Strings>> = {
  de: async () => (await import('./de')).de,
};

/** Chooses the first language of the browser that there is. */
export async function loadStrings(languages: readonly string[] = navigator.languages): Promise<void> {
  for (const language of languages) {
    const [base = ''] = language.split('-');
    const load = LANGUAGES[base];
    if (!load && base !== 'en') continue;
    if (load) t = await load();
    locale = language;
    break;
  }
  document.documentElement.lang = locale;
}
