import { useEffect, useState } from 'preact/hooks';
import { go, to } from '../../app/router';
import { request } from '../../api/client';
import {
  ContactCheckDocument,
  CreateContactDocument,
  TrashContactsDocument,
  type ContactCheckQuery,
  type ContactInput,
} from '#graphql';
import { Button } from '../../kit/button';
import { TextField } from '../../kit/fields';
import { toast } from '../../kit/overlays';
import { Notice } from '../../kit/states';
import { FormDialog } from '../../parts/form';
import type { Option } from '../../parts/picker';
import { CompanyPicker } from '../../parts/pickers';
import { useSubmit } from '../../parts/submit';
import { mutate } from '../../store/query';
import { t } from '../../strings';

/** Pause after a key before it is looked for duplicates. */
const TYPING_MS = 300;

/** Adds a contact, and opens it. */
export default function Create({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [phone, setPhone] = useState('');
  const [company, setCompany] = useState<Option>();
  const [role, setRole] = useState('');
  const { errors, problem, busy, submit } = useSubmit(['name', 'email', 'phone']);
  const given = { name, email, phone };
  const input = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim())) as ContactInput;
  const save = async () => {
    const reference = company && (company.id ? { id: company.id } : { findOrCreateByName: company.name });
    const primaryCompany = reference ? { company: reference, role: role.trim() || null } : null;
    const result = await submit(CreateContactDocument, { input: { name, ...input }, primaryCompany });
    const contact = result?.createContact?.contact;
    if (!contact) return;
    onClose();
    const undo = () => {
      go('/contacts');
      return mutate(TrashContactsDocument, { ids: [contact.id] });
    };
    toast(t.contactList.added(contact.name), { undo });
    go(`/contacts/${contact.id}`);
  };
  return (
    <FormDialog
      title={t.contactList.add}
      action={t.app.save}
      onSubmit={() => void save()}
      onClose={onClose}
      busy={busy}
      problem={problem}
    >
      <TextField label={t.fields.name} value={name} onChange={setName} error={errors.name} autofocus maxLength={255} />
      <TextField label={t.fields.email} type="email" value={email} onChange={setEmail} error={errors.email} />
      <TextField label={t.fields.phone} type="tel" value={phone} onChange={setPhone} error={errors.phone} />
      {company ? (
        <>
          <p class="picked">
            {t.fields.company}: <bdi class="strong">{company.name}</bdi>
            <Button
              kind="quiet"
              icon="close"
              label={`${t.app.remove}: ${company.name}`}
              onClick={() => setCompany(undefined)}
            />
          </p>
          <TextField label={t.fields.role} value={role} onChange={setRole} autofocus />
        </>
      ) : (
        <CompanyPicker label={t.fields.company} create={t.contactList.newCompany} onPick={setCompany} />
      )}
      <Known input={input} />
    </FormDialog>
  );
}

/** Says who may be the same person. */
function Known({ input }: { input: ContactInput }) {
  const [known, setKnown] = useState<ContactCheckQuery['validateContact']['duplicates']>([]);
  const key = JSON.stringify(input);
  useEffect(() => {
    if (!input.name) return setKnown([]);
    const asked = new AbortController();
    const check = () =>
      request(ContactCheckDocument, { input }, asked.signal).then(
        ({ validateContact }) => setKnown(validateContact.duplicates),
        () => undefined,
      );
    const timer = setTimeout(check, TYPING_MS);
    return () => {
      clearTimeout(timer);
      asked.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key is the input
  }, [key]);
  return (
    <div aria-live="polite">
      {known.length > 0 && (
        <Notice>
          {t.contactList.known}
          <ul class="known">
            {known.slice(0, 3).map(({ contact }) => (
              <li key={contact.id}>
                <a href={to(`/contacts/${contact.id}`)} target="_blank">
                  <bdi>{contact.name}</bdi>
                </a>{' '}
                <bdi class="dim">
                  {[contact.email, contact.primaryMembership?.company.name].filter(Boolean).join(' · ')}
                </bdi>
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}
