import type { ComponentType } from 'preact';
import type { Role } from '#graphql';
import type { IconName } from '../kit/icon';
import { can } from '../store/viewer';
import type { Strings } from '../strings';

export interface PageProps {
  /** Parts of the path that the route names. */
  params: Record<string, string>;
  query: URLSearchParams;
}

export interface Route {
  path: string;
  /** The role that all of the page's operations need. */
  role: Role;
  page: () => Promise<{ default: ComponentType<PageProps> }>;
  /** Its entry of the navigation, where it has one. */
  nav?: {
    icon: IconName;
    label: (t: Strings) => string;
    shortcut?: string;
    group?: 'tools' | 'settings';
    /** Stands there for those only who see nothing but their own card. */
    ownOnly?: boolean;
  };
}

/** All pages, in the order of the navigation. The first that the role allows is the start page. */
export const routes: Route[] = [
  {
    path: '/contacts',
    role: 'VIEWER',
    page: () => import('../pages/contacts'),
    nav: { icon: 'people', label: (t) => t.contacts.title, shortcut: 'g c' },
  },
  {
    path: '/card',
    role: 'CONTACT',
    page: () => import('../pages/card'),
    nav: { icon: 'person', label: (t) => t.contact.own, ownOnly: true },
  },
  { path: '/contacts/:id', role: 'VIEWER', page: () => import('../pages/contact') },
];

/** Returns true for pages that stand in the caller's navigation. */
export const isInNavigation = ({ role, nav }: Route): boolean =>
  nav !== undefined && can(role) && !(nav.ownOnly && can('VIEWER'));
