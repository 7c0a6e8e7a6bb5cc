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
function load(route: Route): Loaded {
  const known = pages.value.get(route);
  if (known) return known;
  queueMicrotask(() => {
    if (pages.peek().has(route)) return;
    set(route, 'LOADING');
    route.page().then(
      (module) => set(route, module.default),
      () => set(route, 'FAILED'),
    );
  });
  return 'LOADING';
}

function found(path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

/** Begins to load the page of this place, before anything is drawn. */
export function preload(): void {
  const here = found(place.peek().path) ?? found('/contacts');
  if (here) load(here.route);
}

/** The page of this place. */
export function Outlet() {
  const { path, query } = place.value;
  const here = found(path);
  useEffect(() => {
    const first = routes.find(isInNavigation);
    if (path === '/' && first) go(first.path, {}, { replace: true });
  }, [path]);
  if (!here || !can(here.route.role)) {
    return path === '/' ? null : <EmptyState icon="search" title={t.app.notFound} text={t.app.notFoundText} />;
  }
  const Page = load(here.route);
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
