import { describe, expect, it } from 'vitest';
import { nameOf, reader } from './shortcuts';

const stroke = (key: string, held: object = {}) =>
  nameOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('keys', () => {
  it('have one name on all systems', () => {
    expect(stroke('k', { ctrlKey: true })).toBe('mod+k');
    expect(stroke('k', { metaKey: true })).toBe('mod+k');
    expect(stroke('?', { shiftKey: true })).toBe('?');
    expect(stroke('Enter', { shiftKey: true })).toBe('shift+Enter');
    expect(stroke('E', { shiftKey: true })).toBe('e');
  });

  it('are read one by one and in pairs', () => {
    const known = ['c', 'g c', 'g o'];
    const read = reader();
    expect(read('c', 0, known)).toBe('c');
    expect(read('g', 100, known)).toBeUndefined();
    expect(read('c', 300, known)).toBe('g c');
    expect(read('c', 400, known)).toBe('c');
    expect(read('g', 500, known)).toBeUndefined();
    expect(read('c', 5000, known)).toBe('c');
    expect(read('g', 6000, known)).toBeUndefined();
    expect(read('x', 6100, known)).toBeUndefined();
  });
});
