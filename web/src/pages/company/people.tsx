import { useState } from 'preact/hooks';
import { to } from '../../app/router';
import {
  AddPersonDocument,
  CompanyPeopleDocument,
  CreatePersonDocument,
  RemovePersonDocument,
  UpdatePersonDocument,
  type PersonRowFragment,
} from '#graphql';
import { Avatar } from '../../kit/avatar';
import { Button } from '../../kit/button';
import { TextField } from '../../kit/fields';
import { toast } from '../../kit/overlays';
import { useShortcut } from '../../kit/shortcuts';
import { FormDialog } from '../../parts/form';
import { Paged } from '../../parts/paged';
import type { Option } from '../../parts/picker';
import { ContactPicker } from '../../parts/pickers';
import { NO_ROWS } from '../../parts/subject';
import { attempt, useSubmit } from '../../parts/submit';
import { useList } from '../../store/use-list';
import { t } from '../../strings';

type Row = PersonRowFragment;

/** The people of a company. */
export function People({ companyId, mayWrite }: { companyId: string; mayWrite: boolean }) {
  const [edited, setEdited] = useState<Row | 'NEW'>();
  const rows = useList(
    CompanyPeopleDocument,
    { id: companyId },
    ({ company }) => company?.members ?? { ...NO_ROWS, nodes: [] as Row[] },
    {
      live: ({ subjectType, type }) =>
        subjectType === 'MEMBERSHIP' || (subjectType === 'CONTACT' && type !== 'UPDATED'),
    },
  );
  useShortcut(mayWrite && 'p', t.companies.addPerson, () => setEdited('NEW'));
  const remove = async ({ id, contact, role, department, isPrimary }: Row) => {
    if (!(await attempt(RemovePersonDocument, { id }))) return;
    rows.refresh();
    const added = { companyId, contactId: contact.id, role, department, isPrimary };
    toast(t.companies.removed(contact.name), {
      undo: () => attempt(AddPersonDocument, added).then(() => rows.refresh()),
    });
  };
  return (
    <div class="part">
      {mayWrite && (
        <Button icon="add" keys="p" onClick={() => setEdited('NEW')}>
          {t.companies.addPerson}
        </Button>
      )}
      <Paged label={t.companies.people} rows={rows} empty={t.companies.noPeople}>
        {(row) => (
          <li key={row.id} class="line">
            <Avatar id={row.contact.id} name={row.contact.name} />
            <span class="two grow">
              <a href={to(`/contacts/${row.contact.id}`)}>
                <bdi class="strong">{row.contact.name}</bdi>
              </a>
              <bdi class="dim">{[row.role, row.department].filter(Boolean).join(' · ') || row.contact.email}</bdi>
            </span>
            {mayWrite && (
              <>
                <Button
                  kind="quiet"
                  icon="edit"
                  label={`${t.app.edit}: ${row.contact.name}`}
                  onClick={() => setEdited(row)}
                />
                <Button
                  kind="quiet"
                  icon="close"
                  label={`${t.app.remove}: ${row.contact.name}`}
                  onClick={() => remove(row)}
                />
              </>
            )}
          </li>
        )}
      </Paged>
      {edited && (
        <PersonForm
          companyId={companyId}
          row={edited === 'NEW' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={() => rows.refresh()}
        />
      )}
    </div>
  );
}

interface FormProps {
  companyId: string;
  /** Whose role is changed; nobody yet where somebody is added. */
  row: Row | undefined;
  onClose: () => void;
  onSaved: () => void;
}

function PersonForm({ companyId, row, onClose, onSaved }: FormProps) {
  const [person, setPerson] = useState<Option | undefined>(row && { id: row.contact.id, name: row.contact.name });
  const [role, setRole] = useState(row?.role ?? '');
  const [department, setDepartment] = useState(row?.department ?? '');
  const { errors, problem, setProblem, busy, submit } = useSubmit(['role', 'department']);
  const write = () => {
    if (row) return submit(UpdatePersonDocument, { id: row.id, input: { role, department } });
    if (!person) return setProblem(t.companies.pickPerson);
    if (!person.id) {
      const primaryCompany = { company: { id: companyId }, role, department };
      return submit(CreatePersonDocument, { input: { name: person.name }, primaryCompany });
    }
    return submit(AddPersonDocument, { companyId, contactId: person.id, role, department, isPrimary: false });
  };
  const save = async () => {
    const done = await write();
    if (!done) return;
    onSaved();
    onClose();
    const added = 'addMembership' in done && done.addMembership?.membership?.id;
    const undo = async () => {
      if (row)
        await attempt(UpdatePersonDocument, { id: row.id, input: { role: row.role, department: row.department } });
      else if (added) await attempt(RemovePersonDocument, { id: added });
      onSaved();
    };
    toast(t.parts.saved, row || added ? { undo } : {});
  };
  return (
    <FormDialog
      title={row ? row.contact.name : t.companies.addPerson}
      action={row ? t.app.save : t.app.add}
      onSubmit={save}
      onClose={onClose}
      busy={busy}
      problem={problem}
    >
      {!row &&
        (person ? (
          <div class="line">
            <bdi class="strong">{person.name}</bdi>
            {!person.id && <span class="dim">{t.companies.newPerson}</span>}
            <Button kind="quiet" icon="close" label={t.app.remove} onClick={() => setPerson(undefined)} />
          </div>
        ) : (
          <ContactPicker
            label={t.companies.person}
            hint={t.companies.personHint}
            create={t.companies.createPerson}
            onPick={setPerson}
            autofocus
          />
        ))}
      <TextField label={t.fields.role} value={role} onChange={setRole} error={errors.role} autofocus={Boolean(row)} />
      <TextField label={t.fields.department} value={department} onChange={setDepartment} error={errors.department} />
    </FormDialog>
  );
}
