import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { EmptyState, Loading } from '../kit/states';
import { Button } from '../kit/button';
import { can } from '../store/viewer';
import { t } from '../strings';
import { go, match, place } from './router';
import { isInNavigation, routes, type PageProps, type Route } from './routes';

type Loaded = ComponentType<PageProps> | 'LOADING' | 'FAILED';

const pages = signal(new Map<Route, Loaded>());
const set = (route: Route, loaded: Loaded) => (pages.value = new Map(pages.peek()).set(route, loaded));

/** Loads a page's code, once. */
async function load(route: Route): Promise<void> {
  if (pages.peek().has(route)) return;
  set(route, 'LOADING');
  await route.page().then(
    (module) => set(route, module.default),
    () => set(route, 'FAILED'),
  );
}

function loaded(route: Route): Loaded {
  const known = pages.value.get(route);
  if (!known) queueMicrotask(() => void load(route));
  return known ?? 'LOADING';
}

function found(path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

/** Loads the page of this place, before anything is drawn. */
export async function preload(): Promise<void> {
  const here = found(place.peek().path) ?? found('/contacts');
  if (here) await load(here.route);
}

/** Leads from the root to the first page that the caller may see. */
export function leaveRoot(): void {
  const first = routes.find(isInNavigation);
  if (place.peek().path === '/' && first) go(first.path, {}, { replace: true });
}

/** The page of this place. */
export function Outlet() {
  const { path, query } = place.value;
  const here = found(path);
  useEffect(leaveRoot, [path]);
  if (!here || !can(here.route.role)) {
    return path === '/' ? null : <EmptyState icon="search" title={t.app.notFound} text={t.app.notFoundText} />;
  }
  const Page = loaded(here.route);
  if (Page === 'LOADING') return <Loading />;
  if (Page === 'FAILED') {
    const again = () => location.reload();
    return (
      <EmptyState icon="warning" title={t.errors.OFFLINE}>
        <Button onClick={again}>{t.app.reload}</Button>
      </EmptyState>
    );
  }
  return <Page key={here.route.path + JSON.stringify(here.params)} params={here.params} query={query} />;
}
