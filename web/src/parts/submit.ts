import { useState } from 'preact/hooks';
import type { Document } from '../api/client';
import { byField, messagesOf, type UserError } from '../api/errors';
import { explain, toast } from '../kit/overlays';
import { mutate } from '../store/query';

/** What the server asks the user to put right in the answer of a mutation. */
function problemsOf(result: unknown): readonly UserError[] {
  const [payload] = Object.values(result as Record<string, { userErrors?: UserError[] } | null>);
  return payload?.userErrors ?? [];
}

/** Runs a mutation that has no form; why it was refused is a toast. Returns nothing then. */
export async function attempt<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<Result | undefined> {
  try {
    const result = await mutate(document, variables);
    const problems = problemsOf(result);
    if (problems.length === 0) return result;
    toast(messagesOf(problems), { kind: 'failed' });
  } catch (error) {
    toast(explain(error), { kind: 'failed' });
  }
  return undefined;
}

/** Runs the mutation of a form. `errors` has the messages of its fields, and `problem` all others. */
export function useSubmit(fields: readonly string[]) {
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async <Result, Variables>(
    document: Document<Result, Variables>,
    variables: Variables,
  ): Promise<Result | undefined> => {
    setBusy(true);
    try {
      const result = await mutate(document, variables);
      const found = byField(problemsOf(result));
      const others = Object.entries(found).filter(([path]) => !fields.includes(path));
      setErrors(found);
      setProblem(others.map(([, message]) => message).join(' '));
      return Object.keys(found).length === 0 ? result : undefined;
    } catch (error) {
      setProblem(explain(error));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { errors, problem, setProblem, busy, submit };
}
