import { useState } from 'preact/hooks';
import { CreateKeyDocument, KeyListDocument, RevokeKeyDocument, type KeyRowFragment, type Role } from '#graphql';
import { Button } from '../../../kit/button';
import { Select, TextField } from '../../../kit/fields';
import { confirm, toast } from '../../../kit/overlays';
import { Page } from '../../../kit/page';
import { useShortcut } from '../../../kit/shortcuts';
import { Badge, EmptyState, Failed, Loading } from '../../../kit/states';
import { Time } from '../../../kit/time';
import { FormDialog } from '../../../parts/form';
import { attempt, useSubmit } from '../../../parts/submit';
import { useQuery } from '../../../store/query';
import { t } from '../../../strings';
import { Secret } from '../secret';
import { roleOptions } from '../users';

/** The keys of programs. */
export function Keys() {
  const { data, error, refetch } = useQuery(KeyListDocument, {});
  const [secret, setSecret] = useState('');
  const [isCreating, setCreating] = useState(false);
  useShortcut('c', t.settings.createKey, () => setCreating(true));
  const keys = data?.apiKeys;
  const onCreated = (created: string) => {
    setCreating(false);
    setSecret(created);
    void refetch();
  };
  return (
    <Page
      title={t.settings.keys}
      actions={
        <Button icon="add" kind="primary" keys="c" onClick={() => setCreating(true)}>
          {t.settings.createKey}
        </Button>
      }
    >
      {error ? (
        <Failed error={error} onRetry={refetch} />
      ) : !keys ? (
        <Loading />
      ) : keys.length === 0 ? (
        <EmptyState icon="key" title={t.settings.noKeys} text={t.settings.noKeysText} />
      ) : (
        <ul class="card lines">
          {keys.map((key) => (
            <Key key={key.id} {...key} />
          ))}
        </ul>
      )}
      {isCreating && <Create onClose={() => setCreating(false)} onCreated={onCreated} />}
      {secret && <Secret title={t.settings.newKey} secret={secret} onClose={() => setSecret('')} />}
    </Page>
  );
}

function Key({ id, name, prefix, role, createdAt, expiresAt, lastUsedAt, revokedAt }: KeyRowFragment) {
  const isExpired = Boolean(expiresAt && new Date(expiresAt) < new Date());
  const revoke = async () => {
    const { revoke: action, revokeText: text } = t.settings;
    if (!(await confirm({ title: `${action}: ${name}`, text, action, danger: true }))) return;
    if (await attempt(RevokeKeyDocument, { id })) toast(t.settings.revokedDone);
  };
  return (
    <li>
      <span class="two">
        <span class="strong">
          <bdi>{name}</bdi> <code dir="ltr">{prefix}…</code>
        </span>
        <span class="dim">
          {t.settings.roles[role]} · {t.settings.created} <Time at={createdAt} /> · {t.settings.lastUsed}{' '}
          {lastUsedAt ? <Time at={lastUsedAt} /> : t.settings.never}
          {expiresAt && !isExpired && (
            <>
              {' · '}
              {t.settings.expires} <Time at={expiresAt} />
            </>
          )}
        </span>
      </span>
      {revokedAt ? (
        <Badge kind="bad">{t.settings.revoked}</Badge>
      ) : isExpired ? (
        <Badge kind="warn">{t.settings.expired}</Badge>
      ) : (
        <Button onClick={revoke}>{t.settings.revoke}</Button>
      )}
    </li>
  );
}

function Create({ onClose, onCreated }: { onClose: () => void; onCreated: (secret: string) => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const [day, setDay] = useState('');
  const { errors, problem, busy, submit } = useSubmit(['name', 'role', 'expiresAt']);
  const create = async () => {
    // The key is valid to the end of the day, where the reader is.
    const expiresAt = day ? new Date(`${day}T23:59:59`).toISOString() : null;
    const created = await submit(CreateKeyDocument, { name, role, expiresAt });
    if (created?.createApiKey?.secret) onCreated(created.createApiKey.secret);
  };
  return (
    <FormDialog
      title={t.settings.createKey}
      action={t.settings.createKey}
      onSubmit={create}
      onClose={onClose}
      busy={busy}
      problem={problem}
    >
      <TextField
        label={t.settings.purpose}
        hint={t.settings.purposeHint}
        value={name}
        onChange={setName}
        error={errors.name}
        autofocus
      />
      <Select
        label={t.fields.role}
        value={role}
        options={roleOptions().filter(({ value }) => value !== 'CONTACT')}
        onChange={setRole}
        hint={t.settings.roleHints[role]}
        error={errors.role}
      />
      <TextField
        label={t.settings.expiresOn}
        hint={t.settings.expiresHint}
        type="date"
        value={day}
        onChange={setDay}
        error={errors.expiresAt}
      />
    </FormDialog>
  );
}
