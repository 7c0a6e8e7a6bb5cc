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
  { path: '/contacts/:id', role: 'VIEWER', page: () => import('../pages/contact') },
  {
    path: '/card',
    role: 'CONTACT',
    page: () => import('../pages/card'),
    nav: { icon: 'person', label: (t) => t.contact.own, ownOnly: true },
  },
  {
    path: '/companies',
    role: 'VIEWER',
    page: () => import('../pages/companies'),
    nav: { icon: 'building', label: (t) => t.companies.title, shortcut: 'g o' },
  },
  { path: '/companies/:id', role: 'VIEWER', page: () => import('../pages/company') },
  {
    path: '/duplicates',
    role: 'VIEWER',
    page: () => import('../pages/duplicates'),
    nav: { icon: 'merge', label: (t) => t.duplicates.title, group: 'tools' },
  },
  {
    path: '/import',
    role: 'MEMBER',
    page: () => import('../pages/import'),
    nav: { icon: 'upload', label: (t) => t.import.title, group: 'tools' },
  },
  { path: '/import/:id', role: 'VIEWER', page: () => import('../pages/import') },
  {
    path: '/batches',
    role: 'VIEWER',
    page: () => import('../pages/batches'),
    nav: { icon: 'stack', label: (t) => t.batches.title, shortcut: 'g b', group: 'tools' },
  },
  {
    path: '/trash',
    role: 'VIEWER',
    page: () => import('../pages/trash'),
    nav: { icon: 'trash', label: (t) => t.trash.title, shortcut: 'g t', group: 'tools' },
  },
  {
    path: '/settings',
    role: 'CONTACT',
    page: () => import('../pages/settings'),
    nav: { icon: 'settings', label: (t) => t.settings.title, shortcut: 'g s', group: 'settings' },
  },
  { path: '/settings/:page', role: 'CONTACT', page: () => import('../pages/settings') },
];

/** Returns true for pages that stand in the caller's navigation. */
export const isInNavigation = ({ role, nav }: Route): boolean =>
  nav !== undefined && can(role) && !(nav.ownOnly && can('VIEWER'));
