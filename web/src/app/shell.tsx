import { useEffect, useRef } from 'preact/hooks';
import { Avatar } from '../kit/avatar';
import { Icon } from '../kit/icon';
import { Overlays } from '../kit/overlays';
import { ShortcutList } from '../kit/shortcut-list';
import { useShortcut } from '../kit/shortcuts';
import { follow, online } from '../store/feed';
import { can, viewer } from '../store/viewer';
import { t } from '../strings';
import { Outlet } from './outlet';
import { Palette } from './palette';
import { go, place, setQuery, to } from './router';
import { isInNavigation, routes, type Route } from './routes';

const GROUPS = [undefined, 'tools', 'settings'] as const;

interface ShellProps {
  /** Where the feed is followed from, for those who may. */
  cursor: string | null | undefined;
}

/** All that surrounds the pages: navigation, search, and what lies above the page. */
export function Shell({ cursor }: ShellProps) {
  // After the first frame, which it would delay.
  useEffect(() => {
    if (cursor !== undefined) void follow(cursor);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, from there on
  }, []);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {t.app.skip}
      </a>
      <div class="shell">
        <Navigation />
        <header class="topbar">
          <Search />
          <Offline />
          <Account />
        </header>
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Palette />
      <ShortcutList />
      <Overlays />
    </>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Navigation() {
  const shown = routes.filter(isInNavigation);
  return (
    <nav class="sidebar" aria-label={t.app.navigation}>
      <a class="brand" href={to('/')}>
        <span class="brand-mark" aria-hidden="true" />
        <span>Liaison</span>
      </a>
      {GROUPS.map((group) => {
        const entries = shown.filter(({ nav }) => nav?.group === group);
        if (entries.length === 0) return null;
        return (
          <ul key={group ?? ''} aria-label={group ? t.app.groups[group] : t.app.navigation}>
            {entries.map((route) => (
              <Entry key={route.path} route={route} />
            ))}
          </ul>
        );
      })}
    </nav>
  );
}

function Entry({ route }: { route: Route }) {
  const { path } = place.value;
  const nav = route.nav;
  useShortcut(nav?.shortcut, nav ? t.app.goTo(nav.label(t)) : '', () => go(route.path), { group: 'app' });
  if (!nav) return null;
  const isHere = path === route.path || path.startsWith(`${route.path}/`);
  return (
    <li>
      <a href={to(route.path)} aria-current={isHere ? 'page' : undefined}>
        <Icon name={nav.icon} />
        <span>{nav.label(t)}</span>
      </a>
    </li>
  );
}

/** Searches the contacts while it is typed in. */
function Search() {
  const input = useRef<HTMLInputElement>(null);
  useShortcut('/', t.app.search, () => input.current?.select(), { group: 'app' });
  if (!can('VIEWER')) return <div class="search" />;
  const { path, query } = place.value;
  const isHere = path === '/contacts';
  const search = (text: string) => (isHere ? setQuery({ search: text }) : go('/contacts', { search: text }));
  return (
    <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        placeholder={t.app.searchContacts}
        aria-label={t.app.searchContacts}
        aria-keyshortcuts="/"
        value={isHere ? (query.get('search') ?? '') : ''}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'ArrowDown') document.getElementById('rows')?.focus();
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function Offline() {
  return (
    <div class="offline" role="status">
      {!online.value && (
        <>
          <Icon name="offline" /> {t.app.offline}
        </>
      )}
    </div>
  );
}

function Account() {
  const user = viewer.value?.user;
  const name = user?.name ?? user?.email ?? t.app.operator;
  return (
    <a class="account" href={to('/settings')} title={name}>
      <Avatar id={user?.id ?? ''} name={name} />
      <span class="hidden">{name}</span>
    </a>
  );
}
