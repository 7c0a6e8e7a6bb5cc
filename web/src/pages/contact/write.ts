import { messagesOf, type UserError } from '../../api/errors';
import { toast, toastError } from '../../kit/overlays';

interface Payload {
  userErrors: readonly UserError[];
}

/** Fails with what the user can put right, where there is no form to show it in. */
export function must<Written extends Payload>(written: Written | null | undefined): Written {
  const problem = messagesOf(written?.userErrors ?? []);
  if (!written || problem) throw new Error(problem);
  return written;
}

/** Does something, and tells so with a way back; or tells why not, and returns false. */
export async function act(
  write: () => Promise<unknown>,
  text: string,
  undo?: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await write();
  } catch (error) {
    toastError(error);
    return false;
  }
  toast(text, undo && { undo });
  return true;
}
