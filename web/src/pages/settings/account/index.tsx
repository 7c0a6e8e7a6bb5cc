import { useState } from 'preact/hooks';
import { signInAgain } from '../../../api/session';
import { ChangePasswordDocument, RenameUserDocument, SignOutDocument } from '#graphql';
import { Button } from '../../../kit/button';
import { TextField } from '../../../kit/fields';
import { toast, toastError } from '../../../kit/overlays';
import { Page } from '../../../kit/page';
import { Notice } from '../../../kit/states';
import { useSubmit } from '../../../parts/submit';
import { mutate } from '../../../store/query';
import { viewer, type Viewer } from '../../../store/viewer';
import { t } from '../../../strings';
import { Sessions } from './sessions';

type Own = NonNullable<Viewer['user']>;

/** The caller's own name, password and sessions. */
export function Account() {
  const user = viewer.value?.user;
  const signOut = () => mutate(SignOutDocument, {}).then(signInAgain, toastError);
  return (
    <Page
      title={t.settings.account}
      actions={
        user && (
          <Button icon="out" onClick={signOut}>
            {t.settings.signOut}
          </Button>
        )
      }
    >
      {user ? (
        <>
          <Name user={user} />
          <Password user={user} />
          <Sessions userId={user.id} />
        </>
      ) : (
        <Notice>{t.settings.noAccount}</Notice>
      )}
    </Page>
  );
}

function Name({ user }: { user: Own }) {
  const before = user.name ?? '';
  const [name, setName] = useState(before);
  const { errors, problem, busy, submit } = useSubmit(['name']);
  const save = async (to: string) => {
    const done = await submit(RenameUserDocument, { userId: user.id, name: to });
    if (!done || !viewer.value) return;
    const now = done.updateUser?.user?.name ?? null;
    viewer.value = { ...viewer.value, user: { ...user, name: now } };
    setName(now ?? '');
    toast(t.parts.saved, to === before ? {} : { undo: () => save(before) });
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void save(name);
      }}
    >
      <dl class="facts">
        <dt>{t.fields.email}</dt>
        <dd>
          <bdi>{user.email}</bdi>
        </dd>
        <dt>{t.fields.role}</dt>
        <dd>{t.settings.roles[viewer.value?.role ?? 'CONTACT']}</dd>
      </dl>
      {problem && <Notice kind="bad">{problem}</Notice>}
      <TextField label={t.fields.name} value={name} onChange={setName} autoComplete="name" error={errors.name} />
      <div>
        <Button type="submit" kind="primary" busy={busy} disabled={name.trim() === before}>
          {t.app.save}
        </Button>
      </div>
    </form>
  );
}

function Password({ user }: { user: Own }) {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const { errors, problem, busy, submit } = useSubmit(['current', 'password']);
  const change = async () => {
    if (!(await submit(ChangePasswordDocument, { current, password }))) return;
    setCurrent('');
    setPassword('');
    toast(t.settings.passwordChanged);
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      <h2>{t.settings.password}</h2>
      {problem && <Notice kind="bad">{problem}</Notice>}
      {/* Tells a password manager whose password it is. */}
      <input class="hidden" tabIndex={-1} aria-hidden="true" autoComplete="username" value={user.email} readOnly />
      <TextField
        label={t.settings.currentPassword}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        error={errors.current}
      />
      <TextField
        label={t.settings.newPassword}
        hint={t.settings.passwordHint}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        error={errors.password}
      />
      <div>
        <Button type="submit" busy={busy} disabled={!current || !password}>
          {t.settings.changePassword}
        </Button>
      </div>
    </form>
  );
}
