import type { ComponentChildren } from 'preact';
import type { CompanyCardFragment } from '#graphql';
import { Time } from '../../kit/time';
import { t } from '../../strings';

/** A web address. Anything may stand in the field, and only what a browser may open is a link. */
function Website({ website }: { website: string }) {
  const address = /^https?:\/\//i.test(website) ? website : `https://${website}`;
  const text = <bdi>{website}</bdi>;
  if (!URL.canParse(address) || !new URL(address).hostname.includes('.')) return text;
  return (
    <a href={address} rel="noreferrer noopener" target="_blank">
      {text}
    </a>
  );
}

/** The fields of a company that have a value. */
export function Facts({ company }: { company: CompanyCardFragment }) {
  const { industry, email, phone, website, address, tags, externalId, notes, metadata, createdAt, updatedAt } = company;
  const hasMetadata = Object.keys(metadata as object).length > 0;
  return (
    <dl class="card facts">
      <Fact label={t.fields.industry}>{industry && <bdi>{industry}</bdi>}</Fact>
      <Fact label={t.fields.email}>
        {email && (
          <a href={`mailto:${encodeURIComponent(email)}`}>
            <bdi>{email}</bdi>
          </a>
        )}
      </Fact>
      <Fact label={t.fields.phone}>
        {phone && (
          <a href={`tel:${encodeURIComponent(phone)}`}>
            <bdi dir="ltr">{phone}</bdi>
          </a>
        )}
      </Fact>
      <Fact label={t.fields.website}>{website && <Website website={website} />}</Fact>
      <Fact label={t.fields.address}>
        {address && (
          <span class="text" dir="auto">
            {address}
          </span>
        )}
      </Fact>
      <Fact label={t.fields.tags}>
        {tags.length > 0 && (
          <span class="chips">
            {tags.map((tag) => (
              <bdi key={tag} class="badge">
                {tag}
              </bdi>
            ))}
          </span>
        )}
      </Fact>
      <Fact label={t.fields.notes}>
        {notes && (
          <div class="text" dir="auto">
            {notes}
          </div>
        )}
      </Fact>
      <Fact label={t.fields.externalId}>{externalId && <bdi>{externalId}</bdi>}</Fact>
      <Fact label={t.fields.metadata}>{hasMetadata && <pre dir="ltr">{JSON.stringify(metadata, null, 2)}</pre>}</Fact>
      <Fact label={t.fields.created}>
        <Time at={createdAt} />
      </Fact>
      <Fact label={t.fields.updated}>
        <Time at={updatedAt} />
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  if (!children) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
