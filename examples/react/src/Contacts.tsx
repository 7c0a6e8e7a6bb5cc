import { useQuery } from '@apollo/client/react';
import { useDeferredValue, useState } from 'react';
import { ContactsDocument, type ContactRowFragment } from './generated';
import { useChanges } from './useChanges';

const PAGE_SIZE = 20;

/** The server's limit, `LIAISON_MAX_PAGE_SIZE`. */
const PAGE_SIZE_MAX = 200;

/** The contacts by name, twenty at a time, kept up to date while they are shown. */
export function Contacts() {
  const [text, setText] = useState('');
  const search = useDeferredValue(text);
  const { data, previousData, error, fetchMore, refetch } = useQuery(ContactsDocument, {
    variables: { search, first: PAGE_SIZE },
    // A list that was left may have changed since.
    fetchPolicy: 'cache-and-network',
    // The pages after the first come by `fetchMore`.
    nextFetchPolicy: 'cache-first',
  });
  const list = (data ?? previousData)?.contacts;
  useChanges(() => refetch({ search, first: Math.min(Math.max(list?.nodes.length ?? 0, PAGE_SIZE), PAGE_SIZE_MAX) }));

  return (
    <>
      <input
        type="search"
        placeholder="Name or e-mail"
        aria-label="Search"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error && <p role="alert">{error.message}</p>}
      {list && (
        <>
          <p id="count">{list.totalCount} contacts</p>
          <ul>
            {list.nodes.map((contact) => (
              <Row key={contact.id} contact={contact} />
            ))}
          </ul>
          {list.pageInfo.hasNextPage && (
            <button onClick={() => fetchMore({ variables: { first: PAGE_SIZE, after: list.pageInfo.endCursor } })}>More</button>
          )}
        </>
      )}
    </>
  );
}

function Row({ contact }: { contact: ContactRowFragment }) {
  const membership = contact.primaryMembership;
  return (
    <li>
      <strong>{contact.name}</strong> {contact.email}
      {membership && (
        <small>
          {membership.role && `${membership.role}, `}
          {membership.company.name}
        </small>
      )}
    </li>
  );
}
