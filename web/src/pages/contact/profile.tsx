import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ContactCardDocument, type ContactDetailFragment } from '#graphql';
import { Button } from '../../kit/button';
import { Badge } from '../../kit/states';
import { useQuery } from '../../store/query';
import { t } from '../../strings';
import { dateTime } from '../../strings/format';
import type { FieldName } from './values';
import { Copy, Points } from './points';

interface SectionProps {
  title: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** A panel of the profile. */
export function Section({ title, actions, children }: SectionProps) {
  return (
    <section class="card section">
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

interface ProfileProps {
  contact: ContactDetailFragment;
  /** Begins to edit a field, where the role may. */
  onEdit: ((field: FieldName) => void) | undefined;
}

/** What is known of a contact by itself. */
export function Profile({ contact, onEdit }: ProfileProps) {
  const edit = (field: FieldName, label: string) =>
    onEdit && <Button kind="quiet" icon="edit" label={`${t.app.edit}: ${label}`} onClick={() => onEdit(field)} />;
  const { emails, phones, links, addresses, birthday, tags, notes } = contact;
  const isEmpty = [...emails, ...phones, ...links, ...addresses, birthday].every((value) => !value);
  return (
    <>
      <Section title={t.contact.reach} actions={edit('emails', t.contact.reach)}>
        {isEmpty ? <p class="dim">{t.contact.noReach}</p> : <Points contact={contact} />}
      </Section>
      {(notes || tags.length > 0) && (
        <Section title={t.fields.notes} actions={edit('notes', t.fields.notes)}>
          {tags.length > 0 && (
            <ul class="chips" aria-label={t.fields.tags}>
              {tags.map((tag) => (
                <li key={tag}>
                  <Badge>
                    <bdi>{tag}</bdi>
                  </Badge>
                </li>
              ))}
            </ul>
          )}
          {notes && (
            <p class="text" dir="auto">
              {notes}
            </p>
          )}
        </Section>
      )}
    </>
  );
}

/** What programs want to know of a contact. */
export function Origin({ contact }: { contact: ContactDetailFragment }) {
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(ContactCardDocument, isOpen ? { id: contact.id } : null);
  const rows: [string, string | null | undefined][] = [
    [t.fields.externalId, contact.externalId],
    [t.fields.id, contact.id],
  ];
  const hasData = Object.keys(contact.metadata as object).length > 0;
  return (
    <Section title={t.contact.origin}>
      <dl class="origin">
        {rows.map(
          ([label, value]) =>
            value && (
              <div key={label}>
                <dt>{label}</dt>
                <dd class="text">
                  <bdi>{value}</bdi> <Copy text={value} />
                </dd>
              </div>
            ),
        )}
        <div>
          <dt>{t.fields.created}</dt>
          <dd>{dateTime(contact.createdAt)}</dd>
        </div>
        <div>
          <dt>{t.fields.updated}</dt>
          <dd>{dateTime(contact.updatedAt)}</dd>
        </div>
      </dl>
      {hasData && <Json label={t.fields.metadata} value={contact.metadata} />}
      <details class="json" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t.fields.card}</summary>
        {data?.contact && <pre tabIndex={0}>{JSON.stringify(data.contact.card, null, 2)}</pre>}
      </details>
    </Section>
  );
}

function Json({ label, value }: { label: string; value: unknown }) {
  return (
    <details class="json">
      <summary>{label}</summary>
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
