import { describe, expect, it } from 'vitest';
import { newId, options, parametersOf } from './upload';

const file = (name: string) => ({ name }) as File;

describe('an upload', () => {
  it('has a UUIDv7 of its time', () => {
    const at = Date.parse('2026-01-10T12:00:00Z');
    expect(newId(at)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(newId(at).replace('-', '').slice(0, 12), 16)).toBe(at);
  });

  it('tells the format by the name', () => {
    const formats = ['a.csv', 'b.VCF', 'c.json', 'd'].map((name) =>
      parametersOf(file(name), options.peek(), {}).get('format'),
    );
    expect(formats).toEqual(['csv', 'vcard', 'jscontact', 'csv']);
  });

  it('says which fields columns feed', () => {
    const fields = { 'Schuh=größe': 'metadata.x', Intern: '' };
    const parameters = parametersOf(file('a.csv'), { ...options.peek(), fields }, { dryRun: 'true' });
    expect(parameters.getAll('map')).toEqual(['Schuh=größe=metadata.x', 'Intern=']);
    expect(parameters.get('matchBy')).toBe('ID,EXTERNAL_ID,UID,EMAIL');
  });
});
