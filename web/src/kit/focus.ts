/**
 * Leaves nobody who goes on by keyboard nowhere: where what has the focus goes away, the part of the page that it was in
 * gets the focus, or else the page's title.
 */
export function keepFocus(root: Element): void {
  let path: Element[] = [];
  addEventListener('focusin', ({ target }) => {
    path = [];
    for (let at = target as Element | null; at && at !== root; at = at.parentElement) path.push(at);
  });
  new MutationObserver(() => {
    if (document.activeElement !== document.body || path.length === 0 || path[0]?.isConnected) return;
    const part = path.find((element) => element.isConnected && element.matches('section, [role=tabpanel]'));
    const place = part ?? document.querySelector('main h1') ?? document.getElementById('main');
    path = [];
    if (!(place instanceof HTMLElement)) return;
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}
