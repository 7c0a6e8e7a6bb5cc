import { describe, expect, it } from 'vitest';
import { Selection } from './selection';

const idOf = (index: number) => (index < 10 ? `row-${index}` : undefined);

describe('a selection', () => {
  it('has the rows that were toggled, and those between two', () => {
    const selection = new Selection();
    selection.toggle('row-2', 2);
    expect(selection.range(5, idOf)).toBe(0);
    expect(selection.all).toEqual(['row-2', 'row-3', 'row-4', 'row-5']);
    selection.toggle('row-3', 3);
    expect([selection.has('row-3'), selection.sizeOf(100)]).toEqual([false, 3]);
    expect(selection.range(11, idOf), 'rows that are not loaded').toBe(2);
  });

  it('of a whole list keeps all others when a row is taken out', () => {
    const selection = new Selection();
    selection.selectAll();
    expect([selection.isAll, selection.sizeOf(100), selection.has('row-50')]).toEqual([true, 100, true]);
    selection.toggle('row-3', 3);
    expect([selection.isAll, selection.isWhole, selection.isAny]).toEqual([false, true, true]);
    expect([selection.sizeOf(100), selection.has('row-3'), selection.has('row-4')]).toEqual([99, false, true]);
    expect(selection.range(20, idOf), 'rows that are not loaded are selected').toBe(0);
    expect(selection.isAll).toBe(true);
  });

  it('is empty when it is cleared', () => {
    const selection = new Selection();
    selection.selectAll();
    selection.clear();
    expect([selection.isAny, selection.sizeOf(100), selection.has('row-1')]).toEqual([false, 0, false]);
  });
});
