import type { ContactFilter, ContactListQueryVariables, ContactOrderField, RecordStatus } from '#graphql';
import { FIRST_PAGE, PAGE } from '../../store/sizes';

/** What the address can say of a list, and what it means: `#/contacts?search=ada&email=no&order=EMAIL&descending=1`. */
const FILTERS: Record<string, (value: string) => ContactFilter> = {
  status: (value) => ({ status: { eq: value as RecordStatus } }),
  company: (id) => ({ membership: { companyId: { eq: id } } }),
  tag: (tag) => ({ tags: { hasAll: [tag] } }),
  untagged: (tag) => ({ tags: { hasNone: [tag] } }),
  email: (value) => ({ email: { isNull: value === 'no' } }),
  phone: (value) => ({ phone: { isNull: value === 'no' } }),
  login: (value) => ({ userId: { isNull: value === 'no' } }),
  employed: (value) => ({ withoutCompany: value === 'no' }),
  created: (day) => ({ createdAt: { gte: startOf(day) } }),
  updated: (day) => ({ updatedAt: { gte: startOf(day) } }),
  quiet: (day) => ({ lastInteractionAt: { lt: startOf(day) } }),
};
const STATUSES = ['ACTIVE', 'INACTIVE', 'TRASHED'];
const ORDERS: ContactOrderField[] = ['NAME', 'EMAIL', 'UPDATED_AT', 'CREATED_AT', 'LAST_INTERACTION_AT'];

/** A day begins where the reader is. */
const startOf = (day: string) => new Date(`${day}T00:00`).toISOString();

const isValid = (name: string, value: string) =>
  name === 'status'
    ? STATUSES.includes(value)
    : !['created', 'updated', 'quiet'].includes(name) || !Number.isNaN(Date.parse(`${value}T00:00`));

/** Columns that need fields beside those of every row. */
export const MORE = ['city', 'birthday', 'created', 'externalId'];
export const COLUMNS = ['company', 'email', 'phone', 'updated'];

/** The columns that were chosen last in this browser. */
export function storedColumns(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem('contact-columns') ?? '');
    if (Array.isArray(stored)) return stored.filter((key) => typeof key === 'string');
  } catch {
    // Nothing is stored, or not by this version.
  }
  return COLUMNS;
}

export const storeColumns = (columns: string[]) => localStorage.setItem('contact-columns', JSON.stringify(columns));

export interface Address {
  search: string;
  /** Filters by their names in the address. */
  filters: [string, string][];
  filter: ContactFilter;
  includeTrashed: boolean;
  field: ContactOrderField;
  descending: boolean;
}

export function readAddress(query: URLSearchParams): Address {
  const filters = [...query].filter(([name, value]) => FILTERS[name] && value && isValid(name, value));
  const filter = filters.map(([name, value]) => FILTERS[name]?.(value) ?? {});
  return {
    search: query.get('search')?.trim() ?? '',
    filters,
    filter: filter.length > 1 ? { and: filter } : (filter[0] ?? {}),
    includeTrashed: query.has('trashed'),
    field: ORDERS.find((order) => order === query.get('order')) ?? 'NAME',
    descending: query.has('descending'),
  };
}

/** What is asked for the first page. */
export function firstPage(address: Address, columns: string[]): ContactListQueryVariables {
  const { search, filter, includeTrashed, field, descending } = address;
  const isByName = field === 'NAME' && !descending;
  return {
    search,
    filter,
    includeTrashed,
    orderBy: [{ field, direction: descending ? 'DESC' : 'ASC' }],
    more: columns.some((key) => MORE.includes(key)),
    first: isByName ? FIRST_PAGE : PAGE,
    // To count what a letter finds takes longer than to find the first rows.
    isPart: search !== '' && isByName,
  };
}
