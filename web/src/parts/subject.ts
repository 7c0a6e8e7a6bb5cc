import { to } from '../app/router';

/** The contact or company whose timeline or history is shown. */
export interface Subject {
  type: 'CONTACT' | 'COMPANY';
  id: string;
}

/** A list of a record that is gone. */
export const NO_ROWS = { nodes: [], pageInfo: { hasNextPage: false }, totalCount: 0 };

/** Where a record's page is. */
export const hrefOf = (id: string, type: Subject['type']): string =>
  to(`/${type === 'CONTACT' ? 'contacts' : 'companies'}/${id}`);
