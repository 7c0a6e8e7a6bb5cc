import { expect, it, vi } from 'vitest';
import { request } from '../api/client';
import { AnchoredList, type Answer, type Slice } from './anchored';

vi.mock('../api/client', () => ({ request: vi.fn(), taken: () => undefined }));

const TOTAL = 5000;
/** Names of another script, half of which begin with the same letter. */
const letterOf = (index: number) => (index < 1000 ? 'ж' : index < 4000 ? 'з' : 'и');
const NAMES = Array.from({ length: TOTAL }, (_, index) => `${letterOf(index)}${index}`);

const placeOf = (text: string) => NAMES.findIndex((name) => name >= text);

function answer({ first, last, after, before, from, since }: Slice): Answer<{ name: string }> {
  const low = Math.max(from === undefined ? 0 : placeOf(from), after ? Number(after) + 1 : 0);
  const high = before ? Number(before) : TOTAL;
  const start = last ? Math.max(low, high - last) : low;
  const end = Math.min(high, start + (first ?? last ?? 0));
  return {
    nodes: NAMES.slice(start, end).map((name) => ({ name })),
    pageInfo: {
      startCursor: `${start}`,
      endCursor: `${end - 1}`,
      hasNextPage: end < TOTAL,
      hasPreviousPage: start > 0,
    },
    totalCount: TOTAL,
    ...(since !== undefined && { between: low - placeOf(since) }),
  };
}

it('shows the first of the names between which it knows no text', async () => {
  vi.mocked(request).mockImplementation((_, slice) => Promise.resolve(answer(slice as Slice)));
  const list = new AnchoredList<Answer<{ name: string }>, Slice, { name: string }>({
    document: {} as never,
    variables: (slice) => slice,
    answer: (result) => result,
  });
  await vi.waitFor(() => expect(list.row(0)?.name).toBe(NAMES[0]));
  list.know([
    { text: 'ж', index: 0 },
    { text: 'з', index: 1000 },
    { text: 'и', index: 4000 },
  ]);
  list.want(2500, 2530);
  await vi.waitFor(() => expect(list.moves.value).toEqual({ by: -1500 }));
  await vi.waitFor(() => expect(list.row(1000)?.name).toBe(NAMES[1000]));
});
