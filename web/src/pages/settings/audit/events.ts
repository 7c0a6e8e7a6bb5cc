import { signInAgain } from '../../../api/session';
import { ApiError } from '../../../api/errors';

/** What stands in the audit record. */
export interface AuditEvent {
  id: string;
  at: string;
  kind: string;
  address: string | null;
  userId: string | null;
  apiKeyId: string | null;
  subject: string | null;
}

/** Events of one request. */
export const PAGE = 200;

/** Events before another one, newest first. The record is not part of the GraphQL schema. */
export async function auditEvents(before?: string): Promise<AuditEvent[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(before && { before }) });
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`audit?${query.toString()}`, { headers: { 'liaison-csrf': '1' } });
    answer = await response.json();
  } catch (cause) {
    throw new ApiError('OFFLINE', String(cause));
  }
  if (response.ok) return answer as AuditEvent[];
  if (response.status === 401) signInAgain();
  throw new ApiError(response.status === 403 ? 'FORBIDDEN' : 'UNKNOWN', response.statusText);
}

/** What events are about, and how their kinds begin. */
export const SUBJECTS = {
  signIn: /^(SIGN|SESSIONS|PROVIDER_FAILED)/,
  user: /^(USER|ROLE|PROVIDER)/,
  password: /^(PASSWORD|LINK)/,
  key: /^KEY/,
  webhook: /^WEBHOOK/,
  export: /^EXPORT/,
};

export type Subject = keyof typeof SUBJECTS;

/** The events that are about something, and have a text in what is shown of them. */
export function filtered(events: AuditEvent[], about: string | null, text: string): AuditEvent[] {
  const pattern = (SUBJECTS as Record<string, RegExp | undefined>)[about ?? ''];
  const words = text.toLowerCase().split(/\s+/);
  return events.filter(({ kind, address, userId, apiKeyId, subject }) => {
    const shown = [kind, label(kind), address, userId, apiKeyId, subject].join(' ').toLowerCase();
    return (!pattern || pattern.test(kind)) && words.every((word) => shown.includes(word));
  });
}

/** A kind as a text: the names of the record are English, as its documentation is. */
export const label = (kind: string) => kind.charAt(0) + kind.slice(1).toLowerCase().replaceAll('_', ' ');
