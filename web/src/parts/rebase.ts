/** What somebody has typed, after somebody else has written the same record. */
export interface Rebased<Values> {
  /** What is to be saved: each field that only one of the two has changed has their value. */
  values: Values;
  /** Fields that both have changed, differently; `values` has what was typed. */
  conflicts: (keyof Values)[];
}

/** Returns true for values of forms that are written alike. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Brings what was typed onto what is stored now. `base` is what the form began with. */
export function rebase<Values extends object>(base: Values, typed: Values, stored: Values): Rebased<Values> {
  const values = { ...typed };
  const conflicts: (keyof Values)[] = [];
  for (const field of Object.keys(base) as (keyof Values)[]) {
    if (same(typed[field], base[field])) values[field] = stored[field];
    else if (!same(stored[field], base[field]) && !same(stored[field], typed[field])) conflicts.push(field);
  }
  return { values, conflicts };
}

/** The fields that differ. */
export function changed<Values extends object>(before: Values, after: Values): Partial<Values> {
  const fields = (Object.keys(after) as (keyof Values)[]).filter((field) => !same(before[field], after[field]));
  return Object.fromEntries(fields.map((field) => [field, after[field]])) as Partial<Values>;
}
