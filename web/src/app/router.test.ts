import { describe, expect, it } from 'vitest';
import { parse } from './place';
import { match, to } from './router';

describe('places', () => {
  it('are read from the address, and written to it', () => {
    const { path, query } = parse('#/contacts?search=a%20%26%20b&order=EMAIL');
    expect(path).toBe('/contacts');
    expect(Object.fromEntries(query)).toEqual({ search: 'a & b', order: 'EMAIL' });
    expect(parse(to('/contacts', { search: '?#é' })).query.get('search')).toBe('?#é');
    expect(to('/contacts', { search: '', order: undefined })).toBe('#/contacts');
    expect(parse('').path).toBe('/');
  });

  it('are matched with the routes', () => {
    expect(match('/contacts/:id', '/contacts/a%2Fb')).toEqual({ id: 'a/b' });
    expect(match('/contacts', '/contacts/a')).toBeUndefined();
    expect(match('/contacts/:id', '/contacts/%')).toBeUndefined();
  });
});
