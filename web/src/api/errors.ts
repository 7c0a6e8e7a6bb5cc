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

/** The errors by their field's path below the input, such as `email` or `phones.0.value`; those of none under ''. */
export function byField(errors: readonly UserError[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { field, message } of errors) {
    const path = (field ?? []).filter((part, at) => !(at === 0 && part === 'input')).join('.');
    found[path] = found[path] ? `${found[path]} ${message}` : message;
  }
  return found;
}

/** The payload of a mutation; fails with what the server has said, where no form shows it at its fields. */
export function accepted<Payload extends { userErrors: readonly UserError[] }>(payload?: Payload | null): Payload {
  if (!payload) throw new ApiError('UNKNOWN', '');
  if (payload.userErrors.length > 0) throw new Error(payload.userErrors.map(({ message }) => message).join(' '));
  return payload;
}
