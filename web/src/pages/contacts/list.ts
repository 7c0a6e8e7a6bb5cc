import { request } from '../../api/client';
import {
  ContactCountDocument,
  ContactListDocument,
  type ContactFilter,
  type ContactListQuery,
  type ContactRowFragment,
} from '#graphql';
import { AnchoredList, type Slice } from '../../store/anchored';
import { KeysetList, type RowSource } from '../../store/list';
import { useSource } from '../../store/use-list';
import { firstPage, type Address } from './address';

type Variables = ReturnType<typeof firstPage>;
/** A row; the other fields are there when a column shows them. */
export type Row = ContactListQuery['contacts']['nodes'][number] & ContactRowFragment;
/** Going far needs the order of names: the others are loaded in their order, page by page. */
export type Contacts = AnchoredList<ContactListQuery, Variables, Row> | RowSource<Row>;

const withName = (filter: ContactFilter, name: ContactFilter['name']) => ({ and: [filter, { name }] });

function sliceOf(whole: Variables, { from, since, ...page }: Slice): Variables {
  const filter = whole.filter ?? {};
  const asked = { ...whole, first: undefined, ...page };
  if (from === undefined) return page.after || page.before ? { ...asked, isPart: true } : asked;
  return {
    ...asked,
    isPart: true,
    filter: withName(filter, { gte: from }),
    ...(since !== undefined && {
      isCounted: true,
      counted: withName(filter, since ? { gte: since, lt: from } : { lt: from }),
    }),
  };
}

async function countOf({ search, filter, includeTrashed }: Address, signal: AbortSignal): Promise<number> {
  return (await request(ContactCountDocument, { search, filter, includeTrashed }, signal)).contactCount;
}

/** The contacts of an address. */
export function useContacts(address: Address, columns: string[]): Contacts {
  const whole = firstPage(address, columns);
  const make = (): Contacts => {
    if (address.field !== 'NAME' || address.descending) {
      const variables = { ...whole, first: undefined };
      return new KeysetList(ContactListDocument, variables, ({ contacts }) => contacts);
    }
    return new AnchoredList({
      document: ContactListDocument,
      variables: (slice) => sliceOf(whole, slice),
      count: whole.isPart ? (signal) => countOf(address, signal) : undefined,
      answer: ({ contacts: { nodes, ...rest }, contactCount: between }) => ({
        ...rest,
        nodes: nodes,
        between,
      }),
    });
  };
  return useSource(
    JSON.stringify(whole),
    make,
    ({ subjectType }) => subjectType === 'CONTACT' || subjectType === 'MEMBERSHIP',
  );
}
