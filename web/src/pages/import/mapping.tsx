import { Fragment } from 'preact';
import { Select } from '../../kit/fields';
import { t } from '../../strings';
import { COMPANY_FIELDS, CONTACT_FIELDS, fieldLabel } from './field-names';
import type { Job } from './job';
import type { Options } from './upload';

interface MappingProps {
  columns: Job['mapping'];
  of: Options['of'];
  /** Absent where the file is not at hand to be tried again. */
  onChange?: (column: string, field: string) => void;
}

/** Which field each column feeds, with the first values. */
export function Mapping({ columns, of, onChange }: MappingProps) {
  if (columns.length === 0) return null;
  return (
    <section class="card">
      <h2>{t.import.columns}</h2>
      <table class="mapping">
        <thead>
          <tr>
            <th scope="col">{t.import.column}</th>
            <th scope="col">{t.import.samples}</th>
            <th scope="col">{t.import.field}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map(({ column, field, samples }, index) => (
            // Two columns may have one name.
            <tr key={index}>
              <th scope="row">
                <bdi>{column}</bdi>
              </th>
              <td class="dim">
                {samples.map((sample, at) => (
                  <Fragment key={at}>
                    {at > 0 && ' · '}
                    <bdi>{sample}</bdi>
                  </Fragment>
                ))}
              </td>
              <td>
                {onChange ? (
                  <Select
                    bare
                    label={t.import.fieldOf(column)}
                    value={field ?? ''}
                    options={choices(of, column, field ?? '')}
                    onChange={(chosen) => onChange(column, chosen)}
                  />
                ) : (
                  fieldLabel(field ?? '')
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function choices(of: Options['of'], column: string, field: string) {
  const known = of === 'contacts' ? CONTACT_FIELDS : COMPANY_FIELDS;
  // `COLUMN=FIELD` ends with the field, in which no other `=` may be.
  const own = column.includes('=') ? [] : [`metadata.${column}`];
  const names = new Set(['', ...known, ...own, field]);
  return [...names].map((value) => ({ value, label: fieldLabel(value) }));
}
