import { expect, test, vi } from 'vitest';
import { request } from '../api/client';
import { KeysetList, type Connection } from './list';

vi.mock('../api/client', () => ({ request: vi.fn() }));

const SIZE = 100;
const TOTAL = 5000;

/** A list whose rows are numbers, and the number of pages that it has asked for. */
function numbers() {
  const asked = vi.mocked(request).mockReset();
  asked.mockImplementation((_, variables) => {
    const start = Number((variables as { after?: string }).after ?? 0);
    const nodes = Array.from({ length: SIZE }, (_, at) => start + at);
    const end = start + SIZE;
    return Promise.resolve({
      nodes,
      totalCount: TOTAL,
      pageInfo: { endCursor: String(end), hasNextPage: end < TOTAL },
    });
  });
  return { asked, list: new KeysetList({} as never, {}, (answer) => answer as Connection<number>) };
}

test('the bar leads no farther than some pages beyond what is loaded', async () => {
  const { asked, list } = numbers();
  await vi.waitFor(() => expect(list.count).toBe(TOTAL));
  expect(list.reach).toBe(SIZE + 1000);
  list.want(0, list.reach);
  await vi.waitFor(() => expect(list.row(list.reach - 1001)).toBe(SIZE + 999));
  expect(asked).toHaveBeenCalledTimes(11);
  expect(list.reach).toBe(2100);
});

test('at the end of the rows it ends', async () => {
  const { list } = numbers();
  await vi.waitFor(() => expect(list.count).toBe(TOTAL));
  list.want(0, TOTAL);
  await vi.waitFor(() => expect(list.row(TOTAL - 1)).toBe(TOTAL - 1));
  expect(list.reach).toBe(TOTAL);
});
