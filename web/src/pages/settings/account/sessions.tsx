import { EndSessionDocument, EndSessionsDocument, OwnSessionsDocument } from '#graphql';
import { Button } from '../../../kit/button';
import { confirm, toast } from '../../../kit/overlays';
import { Badge, Failed } from '../../../kit/states';
import { Time } from '../../../kit/time';
import { attempt } from '../../../parts/submit';
import { useQuery } from '../../../store/query';
import { t } from '../../../strings';

/** Where the caller is signed in. */
export function Sessions({ userId }: { userId: string }) {
  const { data, error, refetch } = useQuery(OwnSessionsDocument, {});
  const sessions = data?.viewer?.sessions ?? [];
  const end = async (id: string) => {
    const [title, text] = [t.settings.endSessionTitle, t.settings.endSessionText];
    if (!(await confirm({ title, text, action: t.settings.endSession, danger: true }))) return;
    if (await attempt(EndSessionDocument, { id })) toast(t.settings.sessionEnded);
    void refetch();
  };
  const endOthers = async () => {
    const [title, text] = [t.settings.endOthers, t.settings.endOthersText];
    if (!(await confirm({ title, text, action: title, danger: true }))) return;
    if (await attempt(EndSessionsDocument, { userId })) toast(t.settings.sessionsEnded);
    void refetch();
  };
  return (
    <section class="card form">
      <h2>{t.settings.sessions}</h2>
      {error && <Failed error={error} onRetry={refetch} />}
      <ul class="lines">
        {sessions.map(({ id, createdAt, lastUsedAt, isCurrent }) => (
          <li key={id}>
            <span class="two">
              <span>
                {t.settings.signedIn} <Time at={createdAt} />
              </span>
              <span class="dim">
                {t.settings.lastUsed} <Time at={lastUsedAt} />
              </span>
            </span>
            {isCurrent ? (
              <Badge kind="good">{t.settings.thisSession}</Badge>
            ) : (
              <Button onClick={() => end(id)}>{t.settings.endSession}</Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <div>
          <Button kind="danger" onClick={endOthers}>
            {t.settings.endOthers}
          </Button>
        </div>
      )}
    </section>
  );
}
