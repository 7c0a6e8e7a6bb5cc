import { t } from '../strings';

/** A request that was not answered, or was answered with an error. */
export class ApiError extends Error {
  constructor(
    /** The code of `extensions.code`; `OFFLINE` when the server did not answer. */
    readonly code: string,
    message: string,
    /** Seconds after which to try again, where the server says so. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** An error that the user can put right, as each mutation has them. */
export interface UserError {
  code: string;
  field?: string[] | null;
  message: string;
  conflictIds?: string[];
}

/** What an error says in the reader's language; in the server's, where the code alone does not tell enough. */
export function messageOf({ code, field, message }: UserError): string {
  const name = (field ?? []).findLast((part) => !/^(\d+|value|input)$/.test(part)) ?? '';
  const text = t.userErrors[`${code}.${name}`] ?? t.userErrors[code];
  // Limits stand in the server's text only.
  const [limit = ''] = /\d+/.exec(message) ?? [];
  return text && (limit || !text.includes('#')) ? text.replace('#', limit) : message;
}

export const messagesOf = (errors: readonly UserError[]): string => errors.map(messageOf).join(' ');

/** The errors by their field's path below the input, such as `email` or `phones.0.value`; those of none under ''. */
export function byField(errors: readonly UserError[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const error of errors) {
    const message = messageOf(error);
    const path = (error.field ?? []).filter((part, at) => !(at === 0 && part === 'input')).join('.');
    found[path] = found[path] ? `${found[path]} ${message}` : message;
  }
  return found;
}

/** The payload of a mutation; fails with what the server has said, where no form shows it at its fields. */
export function accepted<Payload extends { userErrors: readonly UserError[] }>(payload?: Payload | null): Payload {
  if (!payload) throw new ApiError('UNKNOWN', '');
  if (payload.userErrors.length > 0) throw new Error(messagesOf(payload.userErrors));
  return payload;
}
