import { OwnCardDocument } from '#graphql';
import { Avatar } from '../../kit/avatar';
import { Page } from '../../kit/page';
import { EmptyState, Failed, Loading } from '../../kit/states';
import { useQuery } from '../../store/query';
import { t } from '../../strings';
import { Points } from '../contact/points';
import '../contact/contact.css';

/** What a contact's user sees: its own card. */
export default function OwnCard() {
  const { data, error, refetch } = useQuery(OwnCardDocument, {});
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const contact = data.viewer?.contact;
  if (!contact) {
    return (
      <Page title={t.contact.own}>
        <EmptyState icon="person" title={t.contact.noCard} text={t.contact.noCardText} />
      </Page>
    );
  }
  return (
    <Page title={contact.name} lead={<Avatar id={contact.id} name={contact.name} large />} detail={t.contact.ownDetail}>
      <section class="card own">
        <Points contact={contact} />
      </section>
      <p class="dim">{t.contact.ownText}</p>
    </Page>
  );
}
