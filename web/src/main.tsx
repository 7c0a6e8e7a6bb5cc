import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/kit.css';
import './style/table.css';
import { render } from 'preact';
import { Shell } from './app/shell';
import { preload } from './app/outlet';
import { request } from './api/client';
import { ApiError } from './api/errors';
import { BootContactDocument, BootDocument } from '#graphql';
import { Failed } from './kit/states';
import { follow } from './store/feed';
import { viewer } from './store/viewer';
import { loadStrings } from './strings';

/** Asks who is signed in, and for the feed's end. A contact's user may not see the feed. */
async function boot(): Promise<string | null | undefined> {
  try {
    const { viewer: caller, changes } = await request(BootDocument, {});
    viewer.value = caller ?? null;
    return changes.pageInfo.endCursor ?? null;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'FORBIDDEN') throw error;
    viewer.value = (await request(BootContactDocument, {})).viewer ?? null;
    return undefined;
  }
}

const root = document.getElementById('app');
if (root) {
  preload();
  try {
    const [cursor] = await Promise.all([boot(), loadStrings()]);
    render(<Shell />, root);
    if (cursor !== undefined) void follow(cursor);
  } catch (error) {
    await loadStrings();
    render(<Failed error={error} onRetry={() => location.reload()} />, root);
  }
}
