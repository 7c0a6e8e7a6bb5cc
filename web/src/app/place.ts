/**
 * Addresses behind the `#`: `#/contacts?search=ada`. The server sees none of them, so they work below any path and
 * without a network.
 */
export interface Place {
  /** Such as `/contacts/018f…`. */
  path: string;
  query: URLSearchParams;
}

export function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  return { path: path.startsWith('/') ? path : `/${path}`, query: new URLSearchParams(query) };
}
