import { request } from '../api/client';
import { PickCompaniesDocument, PickContactsDocument } from '#graphql';
import { Picker, type PickerProps } from './picker';

interface Excluding extends PickerProps {
  /** Ids that are not offered, such as those picked already. */
  exclude?: string[];
}

/** Finds a company by its name. With `create`, what was typed is offered with an empty id. */
export function CompanyPicker({ exclude = [], ...props }: Excluding) {
  return (
    <Picker
      {...props}
      find={async (query, signal) => {
        const { searchCompanies } = await request(PickCompaniesDocument, { query, exclude }, signal);
        return searchCompanies.map(({ id, name, industry }) => ({ id, name, detail: industry }));
      }}
    />
  );
}

/** Finds a contact by name, e-mail address, company or phone number. */
export function ContactPicker({ exclude = [], ...props }: Excluding) {
  return (
    <Picker
      {...props}
      find={async (query, signal) => {
        const { searchContacts } = await request(PickContactsDocument, { query, exclude }, signal);
        return searchContacts.map(({ id, name, email, primaryMembership }) => ({
          id,
          name,
          detail: primaryMembership?.company.name ?? email,
        }));
      }}
    />
  );
}
