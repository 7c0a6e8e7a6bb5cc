import { signal } from '@preact/signals';
import type { BootQuery, Role } from '#graphql';

export type Viewer = NonNullable<BootQuery['viewer']>;

/** Who is signed in. Set before the first page is drawn. */
export const viewer = signal<Viewer | null>(null);

const RANKS: Record<Role, number> = { CONTACT: 0, VIEWER: 1, MEMBER: 2, ADMIN: 3 };

/** Returns true when the caller has the role, or one that includes it. No button is shown that would be refused. */
export function can(role: Role): boolean {
  return viewer.value !== null && RANKS[viewer.value.role] >= RANKS[role];
}
