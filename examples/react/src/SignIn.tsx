import { useMutation } from '@apollo/client/react';
import type { FormEvent } from 'react';
import { SignInDocument, ViewerDocument } from './generated';

/** The form for an address and a password. The answer sets the session's cookie, which no script can read. */
export function SignIn() {
  const [signIn, { data, error, loading }] = useMutation(SignInDocument, {
    refetchQueries: ({ data }) => (data?.signIn?.viewer ? [ViewerDocument] : []),
  });

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const variables = { email: String(form.get('email')), password: String(form.get('password')) };
    // A failure is in `error`.
    await signIn({ variables }).catch(() => {});
  }

  const problem = error?.message ?? data?.signIn?.userErrors[0]?.message;
  return (
    <form onSubmit={submit}>
      <h1>Sign in</h1>
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required autoFocus />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button disabled={loading}>Sign in</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
