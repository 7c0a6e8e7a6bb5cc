import { to } from '../../app/router';
import { Avatar } from '../../kit/avatar';
import { Checkbox } from '../../kit/fields';
import { Badge } from '../../kit/states';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { isShared, linesOf, type Compared, type Line } from './lines';
import type { Choice, Merge } from './use-merge';

/** The fields as rows, the contacts as columns, and what a merge comes to as the last one. */
export function Lines({ contacts, merge }: { contacts: Compared[]; merge: Merge }) {
  const preview = merge.outcome?.preview as Record<string, unknown> | null | undefined;
  const lines = linesOf(contacts, preview ?? undefined);
  return (
    // It scrolls by the arrow keys where the contacts are many.
    <div class="compare card" role="region" tabIndex={0} aria-label={t.duplicates.title}>
      <table>
        <thead>
          <tr>
            <td />
            {contacts.map((contact) => (
              <Head key={contact.id} contact={contact} merge={merge} isMany={contacts.length > 2} />
            ))}
            {preview && (
              <th scope="col" class="result">
                {t.duplicates.result}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.field}>
              <th scope="row">{t.fields[line.field]}</th>
              {contacts.map((contact, index) => (
                <Cell key={contact.id} line={line} index={index} contact={contact} merge={merge} />
              ))}
              {preview && (
                <td class="result">
                  {line.result?.map((value) => (
                    <bdi key={value}>{value}</bdi>
                  ))}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ contact, merge, isMany }: { contact: Compared; merge: Merge; isMany: boolean }) {
  const { id, name, status } = contact;
  const isIncluded = merge.included.includes(contact);
  return (
    <th scope="col" class={isIncluded ? '' : 'left-out'}>
      <a href={to(`/contacts/${id}`)}>
        <Avatar id={id} name={name} />
        <bdi>{name}</bdi>
      </a>
      {status === 'INACTIVE' && <Badge>{t.statuses.INACTIVE}</Badge>}
      {can('MEMBER') && (
        <>
          {isIncluded && (
            <label class="checkbox">
              <input
                type="radio"
                name="survivor"
                checked={merge.survivor === contact}
                onChange={() => merge.keep(id)}
              />
              {t.duplicates.keep}
            </label>
          )}
          {isMany && <Checkbox label={t.duplicates.include} checked={isIncluded} onChange={() => merge.toggle(id)} />}
        </>
      )}
    </th>
  );
}

interface CellProps {
  line: Line;
  index: number;
  contact: Compared;
  merge: Merge;
}

function Cell({ line, index, contact, merge }: CellProps) {
  const values = line.values[index] ?? [];
  const texts = values.map((value, at) => (
    <bdi key={at} class={isShared(value, line.values) ? 'dim' : 'differs'}>
      {value}
    </bdi>
  ));
  const isIncluded = merge.included.includes(contact);
  const field = line.field as Choice;
  if (!line.isChoice || !can('MEMBER') || !isIncluded || values.length === 0) {
    return <td class={isIncluded ? '' : 'left-out'}>{texts}</td>;
  }
  const chosen = merge.sources[field];
  const isChosen = chosen ? chosen === contact.id : values[0] === line.result?.[0];
  return (
    <td>
      <label class="checkbox">
        <input type="radio" name={field} checked={isChosen} onChange={() => merge.choose(field, contact.id)} />
        {texts}
      </label>
    </td>
  );
}
