import { signal, type Signal } from '@preact/signals';
import { signInAgain } from '../../api/session';
import { ApiError } from '../../api/errors';

export interface Options {
  of: 'contacts' | 'companies';
  matchBy: MatchKey[];
  onTrashed: 'REJECT' | 'RESTORE' | 'IGNORE';
  emptyClears: boolean;
  keepUnknown: boolean;
  /** Fields of columns that feed other ones than their names say; '' leaves the column out. */
  fields: Record<string, string>;
}

type MatchKey = 'ID' | 'EXTERNAL_ID' | 'UID' | 'EMAIL' | 'PHONE';

export const MATCH_KEYS: MatchKey[] = ['ID', 'EXTERNAL_ID', 'UID', 'EMAIL', 'PHONE'];

/** The options of the next import. */
export const options = signal<Options>({
  of: 'contacts',
  matchBy: MATCH_KEYS.slice(0, 4),
  onTrashed: 'REJECT',
  emptyClears: false,
  keepUnknown: false,
  fields: {},
});

/** A file on its way to the server, as the import of this id. */
export interface Upload {
  id: string;
  file: File;
  options: Options;
  /** Bytes sent so far. */
  sent: Signal<number>;
  state: Signal<'SENDING' | 'SENT' | ApiError>;
  cancel: () => void;
}

/** The uploads of this tab, which go on whatever page is shown. */
export const uploads = new Map<string, Upload>();

/** The file that is tried, before it is imported. */
export const draft = signal<Upload | undefined>(undefined);

/** Sends a file. The browser reads it as it goes, so that its size does not matter. */
export function send(file: File, given: Options, dryRun: boolean): Upload {
  const id = newId();
  const sent = signal(0);
  const state: Upload['state'] = signal('SENDING');
  const request = new XMLHttpRequest();
  request.open('POST', `import?${parametersOf(file, given, { id, dryRun: String(dryRun) })}`);
  // The cookie counts with this header, which no form of another site can send.
  request.setRequestHeader('liaison-csrf', '1');
  request.setRequestHeader('content-type', 'text/csv');
  request.upload.onprogress = ({ loaded }) => (sent.value = loaded);
  request.onloadend = () => (state.value = request.status === 202 ? 'SENT' : errorOf(request));
  request.send(file);
  const upload = { id, file, options: given, sent, state, cancel: () => request.abort() };
  uploads.set(id, upload);
  return upload;
}

/** Tries a file, in the place of the one that was tried before. */
export function attempt(file: File, given: Options): void {
  draft.peek()?.cancel();
  options.value = given;
  draft.value = send(file, given, true);
}

export function parametersOf(file: File, given: Options, more: Record<string, string>): URLSearchParams {
  const format = /\.(vcf|vcard)$/i.test(file.name) ? 'vcard' : /json$/i.test(file.name) ? 'jscontact' : 'csv';
  const { of, matchBy, onTrashed, emptyClears, keepUnknown, fields } = given;
  const parameters = new URLSearchParams({
    ...more,
    of,
    format,
    matchBy: matchBy.join(),
    onTrashed,
    emptyClears: String(emptyClears),
    keepUnknown: String(keepUnknown),
    fileName: file.name,
  });
  for (const [column, field] of Object.entries(fields)) parameters.append('map', `${column}=${field}`);
  return parameters;
}

function errorOf({ status, responseText }: XMLHttpRequest): ApiError {
  if (status === 401) signInAgain();
  try {
    const [error] = (JSON.parse(responseText) as { errors: { message: string }[] }).errors;
    return new ApiError('REFUSED', error?.message ?? '');
  } catch {
    return new ApiError('OFFLINE', '');
  }
}

/** A UUIDv7: the import can be followed while its file is on its way. */
export function newId(now = Date.now()): string {
  const [, ...rest] = crypto.randomUUID().slice(9).split('-');
  const time = now.toString(16).padStart(12, '0');
  const [random = '', ...others] = rest;
  return [time.slice(0, 8), time.slice(8), `7${random.slice(1)}`, ...others].join('-');
}
