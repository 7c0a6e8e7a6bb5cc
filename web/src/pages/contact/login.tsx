import { useState } from 'preact/hooks';
import { byField } from '../../api/errors';
import {
  ConnectLoginDocument,
  DisconnectLoginDocument,
  SendLoginLinkDocument,
  type ContactDetailFragment,
} from '#graphql';
import { Button } from '../../kit/button';
import { TextField } from '../../kit/fields';
import { Icon } from '../../kit/icon';
import { Menu } from '../../kit/menu';
import { toast, toastError } from '../../kit/overlays';
import { Badge } from '../../kit/states';
import { Time } from '../../kit/time';
import { hrefOf } from '../../parts/subject';
import { mutate } from '../../store/query';
import { t } from '../../strings';
import { Section } from './profile';
import { act, must } from './write';

interface LoginProps {
  contact: ContactDetailFragment;
  mayWrite: boolean;
}

const connect = async (contactId: string, email: string) =>
  (await mutate(ConnectLoginDocument, { contactId, email })).connectUser;
const disconnect = async (contactId: string) =>
  must((await mutate(DisconnectLoginDocument, { contactId })).disconnectUser);

/** The account with which a contact signs in. */
export function Login({ contact, mayWrite }: LoginProps) {
  const { id, user } = contact;
  if (!user) return mayWrite ? <Connect key={id} contact={contact} /> : null;
  const { email, name, isPlaceholder, deactivatedAt, lastSeenAt } = user;
  const send = () => act(() => mutate(SendLoginLinkDocument, { email }), t.contact.linkSent(email));
  const cut = () =>
    act(
      () => disconnect(id),
      t.contact.disconnected,
      async () => must(await connect(id, email)),
    );
  return (
    <Section title={t.contact.login}>
      <div class="line">
        <Icon name="key" />
        <div>
          <bdi>{email}</bdi> {isPlaceholder && <Badge kind="warn">{t.contact.unclaimed}</Badge>}
          {deactivatedAt && <Badge kind="bad">{t.contact.deactivated}</Badge>}
          <div class="dim">
            {name && <bdi>{name} </bdi>}
            {lastSeenAt && (
              <>
                {t.contact.lastSeen} <Time at={lastSeenAt} />
              </>
            )}
          </div>
        </div>
        {mayWrite && (
          <Menu
            label={`${t.parts.more}: ${t.contact.login}`}
            items={[
              !deactivatedAt && { label: t.contact.sendLink, icon: 'mail', onSelect: () => void send() },
              { label: t.contact.disconnect, icon: 'close', onSelect: () => void cut() },
            ]}
          />
        )}
      </div>
    </Section>
  );
}

/** Connects the contact to the account with an address, which is registered if there is none. */
function Connect({ contact }: { contact: ContactDetailFragment }) {
  const [email, setEmail] = useState<string>();
  const [error, setError] = useState<string>();
  const [other, setOther] = useState<string>();
  if (email === undefined) {
    return (
      <Section
        title={t.contact.login}
        actions={
          <Button kind="quiet" icon="add" label={t.contact.connect} onClick={() => setEmail(contact.email ?? '')} />
        }
      >
        <p class="dim">{t.contact.noLogin}</p>
      </Section>
    );
  }
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      const written = await connect(contact.id, email);
      const problem = written?.userErrors[0];
      if (problem) {
        setError(Object.values(byField([problem]))[0]);
        setOther(problem.conflictIds[0]);
        return;
      }
      const text = written?.outcome === 'CREATED' ? t.contact.accountCreated : t.contact.accountExisted;
      toast(text, { undo: () => disconnect(contact.id) });
    } catch (problem) {
      toastError(problem);
    }
  };
  return (
    <Section title={t.contact.login}>
      <form class="part" onSubmit={(event) => void submit(event)}>
        <TextField
          label={t.fields.email}
          type="email"
          autofocus
          value={email}
          error={error}
          hint={t.contact.connectHint}
          onChange={setEmail}
        />
        {other && <a href={hrefOf(other, 'CONTACT')}>{t.contact.openOther}</a>}
        <div class="buttons">
          <Button onClick={() => setEmail(undefined)}>{t.app.cancel}</Button>
          <Button type="submit" kind="primary">
            {t.contact.connect}
          </Button>
        </div>
      </form>
    </Section>
  );
}
