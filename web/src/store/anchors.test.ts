import { describe, expect, it } from 'vitest';
import { between, endOf, nextStep, rowAt, trimmed, withAnchor, type Anchor, type Run } from './anchors';

const LETTERS: Anchor[] = [
  { text: '', index: 0 },
  { text: 'm', index: 500_000 },
  { text: 'n', index: 600_000 },
];
const page = (from: number, size = 100) => ({
  rows: Array.from({ length: size }, (_, at) => from + at),
  first: `${from}`,
  last: `${from + size - 1}`,
});
const runOf = (start: number, pages = 1): Run<number> => ({
  start,
  pages: Array.from({ length: pages }, (_, at) => page(start + 100 * at)),
});
const needs = (run: Run<number>, from: number, anchors = LETTERS) =>
  nextStep(run, { total: 1_000_000, anchors, from, to: from + 30, size: 100 });

describe('a text between two others', () => {
  it('lies between them, and farther with a greater share', () => {
    const texts = [0.1, 0.3, 0.5, 0.7, 0.9].map((share) => between('m', 'n', share));
    expect([...texts].sort()).toEqual(texts);
    for (const text of texts) expect(text > 'm' && text < 'n').toBe(true);
  });

  it('is found within two long texts that begin alike', () => {
    const text = between('mar', 'mas', 0.5);
    expect(text > 'mar' && text < 'mas').toBe(true);
  });

  it('goes from the beginning to the end of all texts', () => {
    expect(between('', undefined, 0)).toBe('');
    expect(between('', undefined, 0.999)).toMatch(/^z/);
    expect(between('z', undefined, 0.5)).toMatch(/^z./);
  });

  it('goes through the letters of other scripts', () => {
    const text = between('一', '가', 0.5);
    expect(text > '一' && text < '가').toBe(true);
    expect(between('가', undefined, 0.5)).toBe('가');
  });

  it('is in the order of names, in which capitals and accents do not count', () => {
    const shares = Array.from({ length: 200 }, (_, at) => at / 200);
    for (const [from, to] of [
      ['α', 'а'],
      ['а', 'א'],
      ['ぁ', '一'],
    ] as const) {
      for (const text of shares.map((share) => between(from, to, share))) {
        expect(text >= from && text < to, text).toBe(true);
        expect(text).toBe(text.toLowerCase().normalize('NFKD'));
      }
    }
  });
});

describe('what is loaded next', () => {
  it('is nothing while all in view is there, and enough on both sides', () => {
    expect(needs(runOf(0), 0)).toBeUndefined();
    expect(needs(runOf(5000, 3), 5120)).toBeUndefined();
  });

  it('is the next page near what is loaded', () => {
    expect(needs(runOf(0), 40)).toEqual({ kind: 'after' });
    expect(needs(runOf(5000, 2), 5010)).toEqual({ kind: 'before' });
    expect(needs(runOf(5000), 5150)).toEqual({ kind: 'after' });
  });

  it('is nothing at the top, however little is there, until it is scrolled', () => {
    const short = { start: 0, pages: [page(0, 50)] };
    expect(needs(short, 0)).toBeUndefined();
    expect(needs(short, 1)).toEqual({ kind: 'after' });
  });

  it('is one of the ends', () => {
    expect(needs(runOf(5000), 20)).toEqual({ kind: 'first' });
    expect(needs(runOf(5000), 999_970)).toEqual({ kind: 'last' });
  });

  it('is a letter that is in view, at its very place', () => {
    expect(needs(runOf(0), 499_992)).toEqual({ kind: 'jump', text: 'm', base: LETTERS[1] });
  });

  it('is a text that is reckoned between the places that are known', () => {
    const step = needs(runOf(0), 550_000);
    expect(step).toMatchObject({ kind: 'jump', base: LETTERS[1] });
    expect(step).toHaveProperty('text', between('m', 'n', 0.5));
  });

  it('finds any place without the letters too', () => {
    expect(needs(runOf(0), 500_000, [])).toMatchObject({ kind: 'jump', base: { text: '', index: 0 } });
  });
});

describe('the places that are known', () => {
  it('stay in order, without what a write has made untrue', () => {
    const known = withAnchor(LETTERS, { text: 'mi', index: 540_000 });
    expect(known.map(({ text }) => text)).toEqual(['', 'm', 'mi', 'n']);
    expect(withAnchor(known, { text: 'ma', index: 545_000 }).map(({ text }) => text)).toEqual(['', 'm', 'ma', 'n']);
  });
});

describe('the rows that are loaded', () => {
  it('are found by their index', () => {
    const run = runOf(5000, 2);
    expect([4999, 5000, 5100, 5199, 5200].map((index) => rowAt(run, index))).toEqual([
      undefined,
      5000,
      5100,
      5199,
      undefined,
    ]);
  });

  it('are dropped far from the view', () => {
    const kept = trimmed(runOf(0, 30), 1000, 1030, 200);
    expect([kept.start, endOf(kept)]).toEqual([800, 1300]);
    expect(rowAt(kept, 1010)).toBe(1010);
    expect(trimmed(runOf(0, 1), 5000, 5030, 200).pages).toHaveLength(1);
  });
});
