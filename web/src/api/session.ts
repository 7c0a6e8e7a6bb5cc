const FOLLOWS = 'follows';

/** A browser may refuse to keep anything. */
function tried<Value>(keep: () => Value): Value | null {
  try {
    return keep();
  } catch {
    return null;
  }
}

/** True once this browser has seen the feed in its session: a contact's user may not, and is not to ask for it. */
export const mayFollow = {
  get: (): boolean => tried(() => localStorage.getItem(FOLLOWS)) !== null,
  set: () => tried(() => localStorage.setItem(FOLLOWS, '1')),
  clear: () => tried(() => localStorage.removeItem(FOLLOWS)),
};

/** Leaves for the sign-in page, which comes back to this place. */
export function signInAgain(): void {
  mayFollow.clear();
  location.assign(`sign-in${location.hash}`);
}
