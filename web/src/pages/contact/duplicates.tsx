import { to } from '../../app/router';
import { routes } from '../../app/routes';
import { DuplicateHintsDocument, HintIsRightDocument, HintIsWrongDocument } from '#graphql';
import { Avatar } from '../../kit/avatar';
import { Button, ButtonLink } from '../../kit/button';
import { Badge } from '../../kit/states';
import { hrefOf } from '../../parts/subject';
import { mutate, useQuery } from '../../store/query';
import { t } from '../../strings';
import { list } from '../../strings/format';
import { act, must } from './write';

/** Contacts that are likely the same person. */
export function Duplicates({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { data, refetch } = useQuery(DuplicateHintsDocument, { id }, { live: ({ contactId }) => contactId === id });
  const found = data?.contact?.duplicates ?? [];
  if (found.length === 0) return null;
  const differ = (other: string) => {
    const ids = [id, other];
    const mark = async () => must((await mutate(HintIsWrongDocument, { ids })).markNotDuplicates);
    const unmark = async () => must((await mutate(HintIsRightDocument, { ids })).unmarkNotDuplicates);
    void act(
      () => mark().then(refetch),
      t.contact.areDifferent,
      () => unmark().then(refetch),
    );
  };
  const hasPage = routes.some(({ path }) => path === '/duplicates');
  return (
    <section class="card section hints" aria-label={t.contact.duplicates}>
      <h2>{t.contact.duplicates}</h2>
      {found.map(({ contact: other, certainty, reasons }) => (
        <div key={other.id} class="hint">
          <Avatar id={other.id} name={other.name} />
          <div>
            <a class="strong" href={hrefOf(other.id, 'CONTACT')}>
              <bdi>{other.name}</bdi>
            </a>{' '}
            <Badge kind={certainty === 'CERTAIN' ? 'bad' : 'warn'}>{t.duplicates.certainty[certainty]}</Badge>
            <p class="dim">
              <bdi>{other.primaryMembership?.company.name ?? other.email}</bdi>
            </p>
            <p class="dim">{list(reasons.map((reason) => t.duplicates.reasons[reason]))}</p>
          </div>
          <div class="buttons">
            {hasPage && (
              <ButtonLink icon="merge" href={to('/duplicates', { ids: `${id},${other.id}` })}>
                {t.contact.compare}
              </ButtonLink>
            )}
            {mayWrite && (
              <Button kind="quiet" onClick={() => differ(other.id)}>
                {t.duplicates.different}
              </Button>
            )}
          </div>
        </div>
      ))}
    </section>
  );
}
