import { computed, signal } from '@preact/signals';
import { parse } from './place';

/** Values of a query; empty ones are left out. */
export type QueryValues = Record<string, string | undefined>;

/** The address of a place, for `href`. */
export function to(path: string, query: QueryValues = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const text = new URLSearchParams(given).toString();
  return `#${path}${text && `?${text}`}`;
}

/** Matches a path with a pattern such as `/contacts/:id`. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const [expected, given] = [pattern.split('/'), path.split('/')];
  if (expected.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [at, part] of expected.entries()) {
    const value = given[at] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
      continue;
    }
    try {
      found[part.slice(1)] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return found;
}

const hash = signal(typeof location === 'undefined' ? '' : location.hash);

/** Asks whether the place may be left. */
let mayLeave: (() => Promise<boolean>) | undefined;

/** Has the reader asked before this place is left, where something is not saved; returns what ends it. */
export function guard(ask: () => Promise<boolean>): () => void {
  mayLeave = ask;
  const onUnload = (event: Event) => event.preventDefault();
  addEventListener('beforeunload', onUnload);
  return () => {
    if (mayLeave === ask) mayLeave = undefined;
    removeEventListener('beforeunload', onUnload);
  };
}

/** Returns true where the reader is asked first; `leave` is called when they agree. */
function isGuarded(address: string, leave: () => void): boolean {
  if (!mayLeave || parse(address).path === parse(hash.peek()).path) return false;
  void mayLeave().then((agreed) => {
    if (!agreed) return;
    mayLeave = undefined;
    leave();
  });
  return true;
}

function onHashChange(): void {
  const address = location.hash;
  const leave = () => {
    history.replaceState(history.state, '', address);
    hash.value = address;
  };
  // The browser is there already.
  if (isGuarded(address, leave)) history.replaceState(history.state, '', hash.peek());
  else hash.value = address;
}

if (typeof addEventListener !== 'undefined') addEventListener('hashchange', onHashChange);

/** Where the console is. */
export const place = computed(() => parse(hash.value));

/** Goes to a place. `replace` leaves no step for the browser's back button, as while typing a search. */
export function go(path: string, query: QueryValues = {}, { replace = false } = {}): void {
  const address = to(path, query);
  if (isGuarded(address, () => go(path, query, { replace }))) return;
  if (replace) history.replaceState(history.state, '', address);
  else if (address !== location.hash) history.pushState(null, '', address);
  hash.value = address;
}

/** Changes values of the query of this place, without a step for the back button. */
export function setQuery(values: QueryValues): void {
  const { path, query } = place.peek();
  go(path, { ...Object.fromEntries(query), ...values }, { replace: true });
}
