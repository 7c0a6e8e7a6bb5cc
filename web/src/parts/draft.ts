/** What somebody is writing, beside what it began with and what others have written meanwhile. */
export interface Draft<Values extends object> {
  /** The version of `base`. */
  version: number;
  base: Values;
  mine: Values;
  /** Fields that somebody else and this one have changed differently: theirs, until one is chosen. */
  theirs: Partial<Values>;
  /** Fields that somebody else has changed, and this one has not. */
  updated: (keyof Values)[];
}

/** Returns true for values of forms that are written alike. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const names = <Values extends object>(values: Values) => Object.keys(values) as (keyof Values)[];

export const draftOf = <Values extends object>(base: Values, version = 0): Draft<Values> => ({
  version,
  base,
  mine: base,
  theirs: {},
  updated: [],
});

/** The fields that this one has changed. */
export const changedIn = <Values extends object>({ base, mine }: Draft<Values>): (keyof Values)[] =>
  names(mine).filter((field) => !same(base[field], mine[field]));

/** Some fields of all. */
export const picked = <Values extends object>(values: Values, fields: (keyof Values)[]): Partial<Values> =>
  Object.fromEntries(fields.map((field) => [field, values[field]])) as Partial<Values>;

/** Goes on from what others have written since: what this one has not touched is theirs, the rest is to be chosen. */
export function rebase<Values extends object>(draft: Draft<Values>, now: Values, version: number): Draft<Values> {
  const mine = { ...draft.mine };
  const theirs: Partial<Values> = {};
  const updated = new Set(draft.updated);
  for (const field of names(now)) {
    const isTouched = !same(draft.mine[field], draft.base[field]);
    const isOpen = field in draft.theirs;
    if (same(now[field], draft.base[field]) && !isOpen) continue;
    if (!isTouched && !isOpen) {
      mine[field] = now[field];
      updated.add(field);
    } else if (!same(now[field], draft.mine[field])) theirs[field] = now[field];
  }
  return { version, base: now, mine, theirs, updated: [...updated] };
}

/** Settles a field that both have changed. */
export function choose<Values extends object>(
  draft: Draft<Values>,
  field: keyof Values,
  whose: 'MINE' | 'THEIRS',
): Draft<Values> {
  const { [field]: chosen, ...others } = draft.theirs;
  const theirs = others as unknown as Partial<Values>;
  return { ...draft, theirs, mine: whose === 'THEIRS' ? { ...draft.mine, [field]: chosen } : draft.mine };
}
