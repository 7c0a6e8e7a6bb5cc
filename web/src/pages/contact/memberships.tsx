import { useState } from 'preact/hooks';
import { byField } from '../../api/errors';
import { hrefOf } from '../../parts/subject';
import {
  AddMembershipDocument,
  CreateCompanyByNameDocument,
  RemoveMembershipDocument,
  UpdateMembershipDocument,
  type ContactMembershipsFragment,
  type MembershipInput,
  type MembershipItemFragment,
} from '#graphql';
import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';
import { Checkbox, TextField } from '../../kit/fields';
import { Icon } from '../../kit/icon';
import { Menu } from '../../kit/menu';
import { toast, toastError } from '../../kit/overlays';
import { useShortcut } from '../../kit/shortcuts';
import { Badge, Notice } from '../../kit/states';
import { CompanyPicker } from '../../parts/pickers';
import type { Option } from '../../parts/picker';
import { mutate } from '../../store/query';
import { t } from '../../strings';
import { Section } from './profile';
import { act, must } from './write';

type Item = MembershipItemFragment;

interface MembershipsProps {
  contact: ContactMembershipsFragment;
  mayWrite: boolean;
}

const update = async (id: string, input: MembershipInput) =>
  must((await mutate(UpdateMembershipDocument, { id, input })).updateMembership);
const remove = async (id: string) => must((await mutate(RemoveMembershipDocument, { id })).removeMembership);

/** The companies that a contact works for. */
export function Memberships({ contact, mayWrite }: MembershipsProps) {
  const [edited, setEdited] = useState<Item | 'NEW'>();
  const { id: contactId, memberships } = contact;
  if (memberships.length === 0 && !mayWrite) return null;
  const add = async ({ company, role, department, isPrimary }: Omit<Item, 'id' | 'position'>) => {
    const variables = {
      contactId,
      companyId: company.id,
      role: role ?? null,
      department: department ?? null,
      isPrimary,
    };
    return must((await mutate(AddMembershipDocument, variables)).addMembership);
  };
  const makePrimary = ({ id }: Item) => {
    const before = memberships.find(({ isPrimary }) => isPrimary);
    const undo = before && (() => update(before.id, { isPrimary: true }));
    void act(() => update(id, { isPrimary: true }), t.parts.saved, undo);
  };
  return (
    <Section
      title={t.contact.companies}
      actions={
        mayWrite && <Button kind="quiet" icon="add" label={t.contact.addCompany} onClick={() => setEdited('NEW')} />
      }
    >
      {memberships.length === 0 && <p class="dim">{t.contact.noCompany}</p>}
      <ul class="lines">
        {memberships.map((item) => (
          <li key={item.id} class="line">
            <Icon name="building" />
            <div>
              <a href={hrefOf(item.company.id, 'COMPANY')}>
                <bdi>{item.company.name}</bdi>
              </a>{' '}
              {item.isPrimary && memberships.length > 1 && <Badge>{t.fields.isPrimary}</Badge>}
              <div class="dim text" dir="auto">
                {[item.role, item.department].filter(Boolean).join(' · ')}
              </div>
            </div>
            {mayWrite && (
              <Menu
                label={`${t.parts.more}: ${item.company.name}`}
                items={[
                  { label: t.app.edit, icon: 'edit', onSelect: () => setEdited(item) },
                  !item.isPrimary && { label: t.contact.makePrimary, icon: 'up', onSelect: () => makePrimary(item) },
                  {
                    label: t.app.remove,
                    icon: 'close',
                    onSelect: () =>
                      void act(
                        () => remove(item.id),
                        t.contact.companyRemoved,
                        () => add(item),
                      ),
                  },
                ]}
              />
            )}
          </li>
        ))}
      </ul>
      {edited && (
        <MembershipForm
          contactId={contactId}
          item={edited === 'NEW' ? undefined : edited}
          exclude={memberships.map(({ company }) => company.id)}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Section>
  );
}

interface FormProps {
  contactId: string;
  item: Item | undefined;
  exclude: string[];
  onClose: () => void;
}

/** Adds a company, found or created by its name, or changes what the contact does there. */
function MembershipForm({ contactId, item, exclude, onClose }: FormProps) {
  const [company, setCompany] = useState<Option | undefined>(item?.company);
  const [role, setRole] = useState(item?.role ?? '');
  const [department, setDepartment] = useState(item?.department ?? '');
  const [isPrimary, setPrimary] = useState(item?.isPrimary ?? exclude.length === 0);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const write = async (companyId: string) => {
    const fields = { role: role || null, department: department || null };
    if (!item)
      return (await mutate(AddMembershipDocument, { contactId, companyId, ...fields, isPrimary })).addMembership;
    const input = { ...fields, ...(isPrimary && !item.isPrimary && { isPrimary }) };
    return (await mutate(UpdateMembershipDocument, { id: item.id, input })).updateMembership;
  };
  const save = async () => {
    if (isBusy || !company) return;
    setBusy(true);
    try {
      let { id } = company;
      if (!id) {
        const created = must((await mutate(CreateCompanyByNameDocument, { name: company.name })).createCompany);
        id = created.company?.id ?? '';
        setCompany({ ...company, id });
      }
      const written = await write(id);
      const added = written?.membership?.id;
      if (written?.userErrors.length) setErrors(byField(written.userErrors));
      else {
        const back = { role: item?.role ?? null, department: item?.department ?? null };
        toast(t.parts.saved, { undo: async () => (item ? update(item.id, back) : added && remove(added)) });
        onClose();
      }
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  useShortcut('mod+Enter', t.app.save, () => void save());
  return (
    <Dialog
      title={item ? item.company.name : t.contact.addCompany}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t.app.cancel}</Button>
          <Button kind="primary" keys="Ctrl+Enter" busy={isBusy} disabled={!company} onClick={() => void save()}>
            {t.app.save}
          </Button>
        </>
      }
    >
      {errors[''] && <Notice kind="bad">{errors['']}</Notice>}
      {!item &&
        (company ? (
          <p class="picked">
            <Icon name="building" />
            <bdi class="strong">{company.name}</bdi>
            {!company.id && <Badge>{t.contact.newCompany}</Badge>}
            <Button kind="quiet" icon="close" label={t.app.remove} onClick={() => setCompany(undefined)} />
          </p>
        ) : (
          <CompanyPicker
            label={t.fields.company}
            autofocus
            exclude={exclude}
            error={errors.companyId}
            create={t.contact.createCompany}
            onPick={setCompany}
          />
        ))}
      <TextField label={t.fields.role} value={role} error={errors.role} autofocus={Boolean(item)} onChange={setRole} />
      <TextField label={t.fields.department} value={department} error={errors.department} onChange={setDepartment} />
      {!item?.isPrimary && exclude.length > 0 && (
        <Checkbox label={t.contact.makePrimary} checked={isPrimary} onChange={setPrimary} />
      )}
    </Dialog>
  );
}
