import { render } from 'preact';
import { Shell } from './app/shell';
import { leaveRoot, preload } from './app/outlet';
import { keepFocus } from './kit/focus';
import { Failed } from './kit/states';
import { booted } from './store/boot';
import { viewer } from './store/viewer';
import { loadStrings } from './strings';

const root = document.getElementById('app');
if (root) {
  const strings = loadStrings();
  try {
    // All at once, so that the first frame has the rows.
    const [{ viewer: caller, cursor }] = await Promise.all([booted, strings, preload()]);
    viewer.value = caller ?? null;
    leaveRoot();
    render(<Shell cursor={cursor} />, root);
    keepFocus(root);
  } catch (error) {
    await strings;
    render(<Failed error={error} onRetry={() => location.reload()} />, root);
  }
}
