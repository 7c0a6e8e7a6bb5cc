const OWN_CARD = 'own-card';

/** A browser may refuse to keep anything. */
function tried<Value>(keep: () => Value): Value | null {
  try {
    return keep();
  } catch {
    return null;
  }
}

/**
 * True where a contact's user was signed in last, who may see nothing but their own card, and is not to ask for more. The
 * sign-in page of the server keeps it as well.
 */
export const ownCard = {
  get: (): boolean => tried(() => localStorage.getItem(OWN_CARD)) !== null,
  set: () => tried(() => localStorage.setItem(OWN_CARD, '1')),
  clear: () => tried(() => localStorage.removeItem(OWN_CARD)),
};

/** Leaves for the sign-in page, which comes back to this place. */
export function signInAgain(): void {
  ownCard.clear();
  location.assign(`sign-in${location.hash}`);
}
