import type { ComponentChildren } from 'preact';
import type { ContactPointsFragment } from '#graphql';
import { Button } from '../../kit/button';
import { Icon, type IconName } from '../../kit/icon';
import { toast, toastError } from '../../kit/overlays';
import { t } from '../../strings';
import { birthdayText } from './birthday';

/** Where a mail to an address is written. */
export const mailTo = (address: string) => `mailto:${encodeURIComponent(address).replace('%40', '@')}`;
/** Where a number is called. */
export const call = (number: string) => `tel:${number.replace(/[^\d+*#]/g, '')}`;
// Whatever else stands in a link may do what its writer wants.
const web = /^https?:\/\//i;

/** Copies a text. Browsers allow it on pages with TLS and on the own machine only. */
export function Copy({ text }: { text: string }) {
  const copy = () => navigator.clipboard.writeText(text).then(() => toast(t.parts.copied), toastError);
  if (!isSecureContext) return null;
  return <Button kind="quiet" icon="copy" label={`${t.parts.copy}: ${text}`} onClick={() => void copy()} />;
}

interface LineProps {
  icon: IconName;
  label: string;
  detail?: string | null | undefined;
  copy?: string;
  children: ComponentChildren;
}

/** One line of a profile. */
export function Line({ icon, label, detail, copy, children }: LineProps) {
  return (
    <li class="line">
      <Icon name={icon} />
      <div>
        <span class="hidden">{label}</span>
        <div class="text" dir="auto">
          {children}
        </div>
        {detail && <bdi class="dim">{detail}</bdi>}
      </div>
      {copy && <Copy text={copy} />}
    </li>
  );
}

/** Every way to reach somebody, and the birthday. */
export function Points({ contact }: { contact: ContactPointsFragment }) {
  const { emails, phones, links, addresses, birthday } = contact;
  return (
    <ul class="lines">
      {emails.map(({ value, label }) => (
        <Line key={value} icon="mail" label={t.fields.email} detail={label} copy={value}>
          <a href={mailTo(value)}>{value}</a>
        </Line>
      ))}
      {phones.map(({ value, label }) => (
        <Line key={value} icon="phone" label={t.fields.phone} detail={label} copy={value}>
          <a href={call(value)} dir="ltr">
            {value}
          </a>
        </Line>
      ))}
      {links.map(({ value, label }) => (
        <Line key={value} icon="link" label={t.fields.links} detail={label} copy={value}>
          {web.test(value) ? (
            <a href={value} target="_blank" rel="noreferrer">
              {value}
            </a>
          ) : (
            value
          )}
        </Line>
      ))}
      {addresses.map(({ formatted, label }, index) => (
        <Line key={index} icon="pin" label={t.fields.address} detail={label} copy={formatted}>
          {formatted}
        </Line>
      ))}
      {birthday && (
        <Line icon="calendar" label={t.fields.birthday}>
          {birthdayText(birthday)}
        </Line>
      )}
    </ul>
  );
}
