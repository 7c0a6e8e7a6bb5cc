import { effect } from '@preact/signals';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import schema from '../../../schema.graphql?raw';

interface Contact {
  id: string;
  name: string;
  version?: number;
  company?: { id: string; name: string };
}

const ask = (answer: unknown) => read(store(answer)) as { contact: Contact };

let { OPAQUE, read, recordOf, store } = await import('./cache');

// Each test begins with an empty cache.
beforeEach(async () => {
  vi.resetModules();
  ({ OPAQUE, read, recordOf, store } = await import('./cache'));
});

describe('the cache', () => {
  it('shows in one answer what another one has brought', () => {
    const { contact } = ask({ contact: { id: 'a', name: 'Ada' } });
    expect(contact.name).toBe('Ada');
    const list = read(store({ nodes: [{ id: 'a', name: 'Ada L.' }] }));
    expect(list).toEqual({ nodes: [{ id: 'a', name: 'Ada L.' }] });
    expect((recordOf<Contact>('a') ?? {}).name).toBe('Ada L.');
  });

  it('draws again what has read a record that has changed, and nothing else', () => {
    const tree = store({ contact: { id: 'a', name: 'Ada', company: { id: 'b', name: 'Engines' } } });
    let names: string[] = [];
    const end = effect(() => void names.push((read(tree) as { contact: Contact }).contact.company?.name ?? ''));
    store({ id: 'c', name: 'Other' });
    store({ id: 'b', name: 'Engines' });
    store({ id: 'b', name: 'Engines & Co.' });
    end();
    expect(names).toEqual(['Engines', 'Engines & Co.']);
    names = [];
  });

  it('keeps the greater version, in whatever order the answers come', () => {
    store({ id: 'a', name: 'new', version: 3 });
    store({ id: 'a', name: 'old', version: 2, email: 'a@example.com' });
    expect(recordOf('a')).toEqual({ id: 'a', name: 'new', version: 3, email: 'a@example.com' });
  });

  it('reads records that lead to each other', () => {
    const { contact } = ask({ contact: { id: 'a', name: 'Ada', company: { id: 'b', name: 'E', owner: { id: 'a' } } } });
    expect((contact.company as unknown as { owner: Contact }).owner.name).toBe('Ada');
  });

  it('takes nothing out of the values of JSON fields', () => {
    store({ id: 'a', name: 'Ada', metadata: { owner: { id: 'a', name: 'Eve' } } });
    expect(recordOf('a')).toEqual({ id: 'a', name: 'Ada', metadata: { owner: { id: 'a', name: 'Eve' } } });
  });

  it('takes records that lead to each other', () => {
    const name = 'Ada';
    const twins = {
      id: 'a',
      name,
      duplicates: [{ contact: { id: 'b', name, duplicates: [{ contact: { id: 'a' } }] } }],
    };
    store(twins);
    expect(() => store(twins)).not.toThrow();
    expect(read(store([{ id: 'b' }]))).toMatchObject([{ duplicates: [{ contact: { name } }] }]);
  });

  it('knows all fields of type JSON', () => {
    const outputs = schema.replace(/^input \w+[\s\S]*?^}/gm, '');
    const fields = [...outputs.matchAll(/^\t(\w+)(?:\([^)]*\))?: \[?JSON\b/gm)].map(([, name]) => name);
    expect(new Set(fields)).toEqual(OPAQUE);
  });
});
