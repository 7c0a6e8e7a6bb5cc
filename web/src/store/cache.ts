import { signal, type Signal } from '@preact/signals';

/**
 * Records by their ids, which are unique across all types. What a request answers is taken apart into records; what is
 * read is put together lazily, so that a component is drawn again when a record changes that it has read.
 *
 * A field is stored under its key in the answer. Therefore a field with different arguments needs an alias, and a field
 * of type JSON never has one.
 *
 * A record lives for as long as an answer or a component holds it: a list of a million leaves no traces.
 */

type Fields = Record<string, unknown>;

/** Fields of type JSON: their content is nobody's record, whatever it looks like. */
export const OPAQUE = new Set('metadata card before after snapshot normalized preview chosen discarded'.split(' '));

type Slot = Signal<Fields | undefined>;

class Reference {
  constructor(
    readonly id: string,
    readonly record: Slot,
  ) {}

  /** Stands for the record where answers are compared: records may lead to each other in a circle. */
  toJSON(): string {
    return this.id;
  }
}

const records = new Map<string, WeakRef<Slot>>();
const views = new WeakMap<object, object>();
const dropped = new FinalizationRegistry<string>((id) => {
  if (!records.get(id)?.deref()) records.delete(id);
});

/** The newest records are held in two sets, so that what is stored is still there when it is read soon after. */
const RECENT = 2000;
let held: [recent: Set<Slot>, older: Set<Slot>] = [new Set(), new Set()];

function slot(id: string): Slot {
  const known = records.get(id)?.deref();
  if (known) return touched(known);
  const made: Slot = signal(undefined);
  records.set(id, new WeakRef(made));
  dropped.register(made, id);
  return touched(made);
}

function touched(record: Slot): Slot {
  if (held[0].size >= RECENT) held = [new Set(), held[0]];
  held[0].add(record);
  return record;
}

/** Takes an answer apart; returns it with references in the place of its records. */
export function store(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(store);
  if (value === null || typeof value !== 'object') return value;
  const fields: Fields = {};
  for (const [key, inner] of Object.entries(value)) fields[key] = OPAQUE.has(key) ? inner : store(inner);
  if (typeof fields.id !== 'string') return fields;
  const record = slot(fields.id);
  put(record, fields);
  return new Reference(fields.id, record);
}

function put(record: Slot, fields: Fields): void {
  const known = record.peek();
  // Of two answers the greater version is the later one, in whatever order they come.
  const isOlder = Number(fields.version) < Number(known?.version);
  const merged = isOlder ? { ...fields, ...known } : { ...known, ...fields };
  if (known && Object.keys(merged).every((key) => same(known[key], merged[key]))) return;
  record.value = merged;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

const reader: ProxyHandler<Fields> = {
  get: (fields, key) =>
    typeof key === 'string' && !OPAQUE.has(key) ? read(fields[key]) : (fields as Record<symbol | string, unknown>)[key],
};

/** Puts together what `store` has returned, with the records' present fields. */
export function read(value: unknown): unknown {
  if (value instanceof Reference) return read(value.record.value ?? { id: value.id });
  if (Array.isArray(value)) return value.map(read);
  if (value === null || typeof value !== 'object') return value;
  let view = views.get(value);
  if (!view) {
    view = new Proxy(value as Fields, reader);
    views.set(value, view);
  }
  return view;
}

/** The record with an id, as far as it is known. */
export function recordOf<Record>(id: string): Partial<Record> | undefined {
  const fields = slot(id).value;
  return fields && (read(fields) as Partial<Record>);
}
