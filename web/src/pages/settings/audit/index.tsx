import { useEffect, useState } from 'preact/hooks';
import { setQuery } from '../../../app/router';
import type { PageProps } from '../../../app/routes';
import { AuditUsersDocument } from '#graphql';
import { Button } from '../../../kit/button';
import { Page } from '../../../kit/page';
import { EmptyState, Failed, Loading } from '../../../kit/states';
import { Filters } from '../../../parts/filters';
import { mutate } from '../../../store/query';
import { recordOf } from '../../../store/cache';
import { t } from '../../../strings';
import { dateTime } from '../../../strings/format';
import { auditEvents, filtered, label, PAGE, SUBJECTS, type AuditEvent, type Subject } from './events';

/** Most ids that one request may name. */
const IDS_MAX = 200;

/** Who signed in, and who changed access, newest first. */
export function Audit({ query }: PageProps) {
  const [events, setEvents] = useState<AuditEvent[]>();
  const [isComplete, setComplete] = useState(false);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const load = async (known: AuditEvent[]) => {
    setBusy(true);
    try {
      const more = await auditEvents(known.at(-1)?.id);
      const ids = [...new Set(more.flatMap(({ userId }) => userId ?? []))].slice(0, IDS_MAX);
      // Into the cache, from which each row takes its user.
      if (ids.length > 0) await mutate(AuditUsersDocument, { ids });
      setEvents([...known, ...more]);
      setComplete(more.length < PAGE);
      setError(undefined);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void load([]), []);
  const shown = filtered(events ?? [], query.get('about'), query.get('search') ?? '');
  return (
    <Page
      title={t.settings.audit}
      detail={events && t.settings.ofLoaded(shown.length, events.length)}
      actions={<Button icon="restore" label={t.app.reload} busy={busy} onClick={() => load([])} />}
    >
      <Filters
        query={query}
        search={t.settings.searchAudit}
        selects={[
          {
            name: 'about',
            label: t.settings.about,
            all: t.settings.allEvents,
            options: (Object.keys(SUBJECTS) as Subject[]).map((value) => ({
              value,
              label: t.settings.auditSubjects[value],
            })),
          },
        ]}
      />
      {error ? (
        <Failed error={error} onRetry={() => load(events ?? [])} />
      ) : !events ? (
        <Loading />
      ) : shown.length === 0 ? (
        <EmptyState icon="shield" title={t.settings.noEvents}>
          {query.size > 0 && (
            <Button onClick={() => setQuery({ search: undefined, about: undefined })}>{t.settings.allEvents}</Button>
          )}
        </EmptyState>
      ) : (
        <ul class="card lines">
          {shown.map((event) => (
            <Event key={event.id} {...event} />
          ))}
        </ul>
      )}
      {events && !isComplete && (
        <div>
          <Button busy={busy} onClick={() => load(events)}>
            {t.settings.older}
          </Button>
        </div>
      )}
    </Page>
  );
}

function Event({ at, kind, address, userId, apiKeyId, subject }: AuditEvent) {
  const user = userId ? recordOf<{ name: string | null; email: string }>(userId) : undefined;
  const caller = user?.name ?? user?.email ?? userId ?? (apiKeyId ? `${t.settings.key} ${apiKeyId}` : t.app.operator);
  return (
    <li>
      <span class="two">
        <span>
          <span class="strong" lang="en">
            {label(kind)}
          </span>{' '}
          {subject && <bdi>{subject}</bdi>}
        </span>
        <span class="dim">
          <bdi>{caller}</bdi>
          {address && <bdi> · {address}</bdi>}
        </span>
      </span>
      <time class="dim" dateTime={at}>
        {dateTime(at)}
      </time>
    </li>
  );
}
