import { useMutation, useQuery } from '@apollo/client/react';
import { startOver } from './client';
import { Contacts } from './Contacts';
import { SignOutDocument, ViewerDocument } from './generated';
import { SignIn } from './SignIn';

/** The contacts for those who are signed in, and the form for everybody else. */
export function App() {
  const { data, error } = useQuery(ViewerDocument);
  const [signOut] = useMutation(SignOutDocument, { onCompleted: startOver });

  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return null;
  if (!data.viewer) return <SignIn />;
  const { role, user } = data.viewer;
  return (
    <>
      <header>
        <h1>Contacts</h1>
        {/* `serve --dev` treats everybody as an admin without a user. */}
        <span id="viewer">{user ? `${user.email}, ${role}` : role}</span>
        {user && <button onClick={() => signOut()}>Sign out</button>}
      </header>
      {role === 'CONTACT' ? <p>Your role does not show contacts.</p> : <Contacts />}
    </>
  );
}
