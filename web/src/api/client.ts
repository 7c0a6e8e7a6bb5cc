import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { ApiError } from './errors';
import { signInAgain } from './session';

/** A document of the console. The bundle has its key only; the server has its text. */
export type Document<Result, Variables> = TypedDocumentNode<Result, Variables>;

/** The key under which the server knows a document. */
export const keyOf = (document: object): string => (document as { __meta__: { key: string } }).__meta__.key;

// Relative to the page, because a proxy may serve Liaison under a path.
const URL_OF_API = 'graphql';

interface Answer<Result> {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

interface Early {
  answer: Promise<unknown>;
  /** What was answered, once it is there. */
  value?: unknown;
}

const early = new Map<string, Early>();
const nameOf = (document: object, variables: unknown) => `${keyOf(document)} ${JSON.stringify(variables)}`;

/** Has the first request for an operation take an answer that is on its way already. */
export function prime<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  answer: Promise<Result>,
): void {
  const known: Early = { answer };
  answer.then(
    (value) => (known.value = value),
    () => undefined,
  );
  early.set(nameOf(document, variables), known);
}

/** Takes an early answer that is there already, so that it can be drawn at once. */
export function taken<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Result | undefined {
  if (early.size === 0) return undefined;
  const name = nameOf(document, variables);
  const value = early.get(name)?.value as Result | undefined;
  if (value !== undefined) early.delete(name);
  return value;
}

/** Position of the last event, where the server reads from standbys. The answers to what is asked after it contain it. */
let position: string | undefined;

/** Keeps the position that an event tells. */
export function readAfter(told: string | undefined): void {
  position = told ?? position;
}

/** Runs an operation. Fails with an `ApiError`. */
export async function request<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const name = early.size > 0 ? nameOf(document, variables) : '';
  const primed = early.get(name);
  if (primed && early.delete(name)) return primed.answer as Promise<Result>;
  let response: Response;
  let answer: Answer<Result>;
  try {
    response = await fetch(URL_OF_API, {
      method: 'POST',
      // The cookie counts with a JSON body and this header, which no form of another site can send.
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        'liaison-csrf': '1',
        ...(position && { 'liaison-read-after': position }),
      },
      body: JSON.stringify({ documentId: keyOf(document), variables }),
      signal: signal ?? null,
    });
    // A proxy in between may answer with a page of its own.
    answer = (await response.json()) as Answer<Result>;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('OFFLINE', String(cause));
  }
  const error = answer.errors?.[0];
  if (error) {
    const code = error.extensions?.code ?? 'UNKNOWN';
    if (code === 'UNAUTHENTICATED') signInAgain();
    const seconds = Number(response.headers.get('retry-after'));
    throw new ApiError(code, error.message, seconds > 0 ? seconds : undefined);
  }
  if (!answer.data) throw new ApiError('UNKNOWN', response.statusText);
  return answer.data;
}
