import { useState } from 'preact/hooks';
import { InviteUserDocument, type Role } from '#graphql';
import { Select, TextField } from '../../../kit/fields';
import { toast } from '../../../kit/overlays';
import { FormDialog } from '../../../parts/form';
import { useSubmit } from '../../../parts/submit';
import { t } from '../../../strings';
import { roleOptions } from '.';

/** Registers somebody, who gets a link to set a password. */
export function Invite({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('MEMBER');
  const { errors, problem, busy, submit } = useSubmit(['email', 'role']);
  const invite = async () => {
    if (!(await submit(InviteUserDocument, { email, role }))) return;
    toast(t.settings.invited(email));
    onDone();
  };
  return (
    <FormDialog
      title={t.settings.invite}
      action={t.settings.sendInvitation}
      onSubmit={invite}
      onClose={onClose}
      busy={busy}
      problem={problem}
    >
      <TextField
        label={t.fields.email}
        type="email"
        value={email}
        onChange={setEmail}
        error={errors.email}
        hint={t.settings.inviteHint}
        autofocus
      />
      <Select
        label={t.fields.role}
        value={role}
        options={roleOptions()}
        onChange={setRole}
        hint={t.settings.roleHints[role]}
        error={errors.role}
      />
    </FormDialog>
  );
}
