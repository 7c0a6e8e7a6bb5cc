import { setQuery } from '../app/router';
import { Select, TextField } from '../kit/fields';

interface Choice {
  /** Its name in the address. */
  name: string;
  label: string;
  /** The choice that filters nothing. */
  all: string;
  options: { value: string; label: string }[];
}

interface FiltersProps {
  query: URLSearchParams;
  /** What the search field says; none, no field. */
  search?: string;
  selects?: Choice[];
}

/** Search and filters of a list, which are kept in the address. */
export function Filters({ query, search, selects = [] }: FiltersProps) {
  return (
    <div class="filters" role="search" aria-label={search}>
      {search && (
        <TextField
          bare
          type="search"
          label={search}
          placeholder={search}
          value={query.get('search') ?? ''}
          onChange={(text) => setQuery({ search: text })}
        />
      )}
      {selects.map(({ name, label, all, options }) => (
        <Select
          key={name}
          bare
          label={label}
          value={query.get(name) ?? ''}
          options={[{ value: '', label: all }, ...options]}
          onChange={(value) => setQuery({ [name]: value })}
        />
      ))}
    </div>
  );
}
