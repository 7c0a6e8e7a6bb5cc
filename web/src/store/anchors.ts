/**
 * Where to begin loading for a place far down a list by name. The API pages by cursors and has no offset, but a filter
 * begins a list at a text. So the list knows places (names from a text on begin at a row), and reckons the text between
 * two of them.
 */
export interface Anchor {
  /** In the order of names: without case and accents. */
  text: string;
  /** Number of rows before the names that begin there. */
  index: number;
}

/** Letters as often as they stand within names, so that equal steps are about equally many names. */
const LETTERS = ' aaaaaaaaaabbcccdddeeeeeeeeefggghhhhhiiiiiiiijkklllllmmmnnnnnooooooopppqrrrrrrssssttttuuuuvvwxyyz';
/** Letters that a reckoned text has: enough to tell a million names apart. */
const DEPTH = 5;

/** Where a text lies among all texts of Latin letters, from 0 to 1. */
function shareOf(text: string): number {
  let low = 0;
  let width = 1;
  for (const letter of text.slice(0, DEPTH)) {
    const from = Array.from(LETTERS).findIndex((other) => other >= letter);
    if (from < 0) return low + width;
    const last = LETTERS.lastIndexOf(letter);
    low += (width * from) / LETTERS.length;
    if (last < 0) break;
    width *= (last - from + 1) / LETTERS.length;
  }
  return low;
}

function textAt(share: number): string {
  let text = '';
  let rest = share;
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const at = rest * LETTERS.length;
    const letter = LETTERS[Math.min(LETTERS.length - 1, Math.floor(at))] ?? '';
    const from = LETTERS.indexOf(letter);
    rest = (at - from) / (LETTERS.lastIndexOf(letter) - from + 1);
    text += letter;
  }
  return text.trimEnd();
}

/** A text that lies about so far between two others; `to` is undefined at the end of all texts. */
export function between(from: string, to: string | undefined, share: number): string {
  const [low, high] = [from.codePointAt(0) ?? 0, to?.codePointAt(0) ?? 0];
  if (low <= 0x7a) {
    const [begin, end] = [shareOf(from), to === undefined ? 1 : shareOf(to)];
    return textAt(begin + share * (end - begin));
  }
  // Other scripts are written without a model of their names: by the numbers of their letters. A capital or accented one
  // between them stands elsewhere in the order of names.
  const text = high > low ? folded(String.fromCodePoint(Math.floor(low + share * (high - low)))) : from;
  return text > from && (to === undefined || text < to) ? text : from;
}

/** A text as names are ordered by: without case and accents. */
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The anchors with one more, in their order. */
export function withAnchor(anchors: readonly Anchor[], anchor: Anchor): Anchor[] {
  const others = anchors.filter(({ text, index }) => text !== anchor.text && index !== anchor.index);
  // What lies on the wrong side was true before somebody wrote.
  const consistent = others.filter(({ text, index }) => text < anchor.text === index < anchor.index);
  return [...consistent, anchor].sort((a, b) => a.index - b.index);
}

/** Rows in a row that are loaded, as pages. */
export interface Run<Row> {
  /** Index of its first row. */
  start: number;
  pages: Page<Row>[];
}

export interface Page<Row> {
  rows: Row[];
  first: string | null;
  last: string | null;
}

export const endOf = <Row>({ start, pages }: Run<Row>): number =>
  pages.reduce((index, { rows }) => index + rows.length, start);

export function rowAt<Row>({ start, pages }: Run<Row>, index: number): Row | undefined {
  let at = index - start;
  if (at < 0) return undefined;
  for (const { rows } of pages) {
    if (at < rows.length) return rows[at];
    at -= rows.length;
  }
  return undefined;
}

/** What is to be loaded next. */
export type Step =
  | { kind: 'after' | 'before' | 'first' | 'last' }
  /** From a text on: that of an anchor, or one after it of which nothing is known. */
  | { kind: 'jump'; text: string; base: Anchor };

/** What rows in view need; undefined when all is there. */
export function nextStep<Row>(
  run: Run<Row>,
  {
    total,
    anchors,
    from,
    to,
    size,
  }: { total: number; anchors: readonly Anchor[]; from: number; to: number; size: number },
): Step | undefined {
  const end = endOf(run);
  const begin = Math.max(0, Math.min(from, total - 1));
  const until = Math.min(to, total);
  // At the top, where each list begins, nobody has scrolled yet.
  const ahead = from > 0 ? size / 2 : 0;
  // Near what is loaded, it is gone on with.
  if (begin <= end + size && until >= run.start - size && end > run.start) {
    if (begin < run.start) return { kind: 'before' };
    if (until > end) return { kind: 'after' };
    if (end < total && until + ahead > end) return { kind: 'after' };
    if (run.start > 0 && begin - ahead < run.start) return { kind: 'before' };
    return undefined;
  }
  if (begin < size) return { kind: 'first' };
  if (total - begin <= size) return { kind: 'last' };
  const exact = anchors.find(({ index }) => index >= begin && index < until);
  const at = (base: Anchor, text = base.text): Step => ({ kind: 'jump', text, base });
  if (exact) return at(exact);
  const before = anchors.findLast(({ index }) => index < begin) ?? { text: '', index: 0 };
  if (begin - before.index < size / 2) return at(before);
  const after = anchors.find(({ index }) => index > begin);
  const share = (begin - before.index) / ((after?.index ?? total) - before.index);
  const text = between(before.text, after?.text, share);
  return at(before, text > before.text ? text : before.text);
}

/** Drops pages that are farther from the view than some rows. */
export function trimmed<Row>(run: Run<Row>, from: number, to: number, keep: number): Run<Row> {
  const pages = [...run.pages];
  let { start } = run;
  let end = endOf(run);
  for (let page = pages[0]; page && pages.length > 1 && start + page.rows.length <= from - keep; page = pages[0]) {
    start += page.rows.length;
    pages.shift();
  }
  for (let page = pages.at(-1); page && pages.length > 1 && end - page.rows.length >= to + keep; page = pages.at(-1)) {
    end -= page.rows.length;
    pages.pop();
  }
  return { start, pages };
}
