import { describe, expect, it } from 'vitest';
import { heightOf, moved, toBar, toList } from './scale';

const long = { list: 44_000_000, view: 800 };
const short = { list: 4_400, view: 800 };

describe('the scale of a long list', () => {
  it('leaves a short list as it is', () => {
    expect(heightOf(short)).toBe(4_400);
    expect(toList(1_234, short)).toBe(1_234);
    expect(moved({ bar: 0, offset: 0 }, 1_234, short)).toEqual({ bar: 1_234, offset: 1_234 });
  });

  it('has the ends of the bar mean the ends of the list', () => {
    expect(toList(0, long)).toBe(0);
    expect(toList(heightOf(long) - 800, long)).toBe(44_000_000 - 800);
    expect(moved({ bar: 40, offset: 900 }, 0, long).offset).toBe(0);
  });

  it('comes back to where it was', () => {
    for (const offset of [0, 1, 22_000_000, 43_999_200])
      expect(toList(toBar(offset, long), long)).toBeCloseTo(offset, 3);
  });

  it('goes a short way as it is, and a long way by its share', () => {
    const middle = { bar: 4_000_000, offset: 22_000_000 };
    expect(moved(middle, 4_000_100, long).offset).toBe(22_000_100);
    expect(moved(middle, 6_000_000, long).offset).toBeCloseTo(toList(6_000_000, long));
  });
});
