import type { RefObject } from 'preact';
import { Virtualizer, type VirtualItem } from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useMemo, useReducer } from 'preact/hooks';
import { heightOf, moved, toBar, type Extent, type Position } from './scale';

/** Pause after which the bar is set to where the list is. */
const SETTLE_MS = 200;

interface VirtualOptions {
  count: number;
  rowHeight: number;
  /** Height of what stays above the rows while they scroll. */
  head: number;
  scroller: RefObject<HTMLElement | null>;
}

export interface Virtual {
  items: VirtualItem[];
  /** Height of the element that holds the rows. */
  height: number;
  /** Where a row is drawn in that element. */
  top: (item: VirtualItem) => number;
  /** Scrolls a row into view; `start`: to the top of it. */
  reveal: (index: number, align?: 'auto' | 'start') => void;
  /** Goes so many rows farther at once, because the rows in view have moved in the list. */
  shift: (rows: number) => void;
}

interface State {
  at: Position;
  list: number;
  /** Tells the virtualizer where the list is. */
  tell?: (offset: number) => void;
}

/** The rows of a list of any length that are in view, by TanStack Virtual. */
export function useVirtual({ count, rowHeight, head, scroller }: VirtualOptions): Virtual {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const state = useMemo((): State => ({ at: { bar: 0, offset: 0 }, list: 0 }), []);
  state.list = count * rowHeight;
  const extent = (): Extent => ({ list: state.list, view: Math.max(0, (scroller.current?.clientHeight ?? 0) - head) });

  const virtualizer = useMemo(
    () =>
      new Virtualizer<HTMLElement, Element>({
        count: 0,
        getScrollElement: () => scroller.current,
        estimateSize: () => rowHeight,
        overscan: 8,
        scrollPaddingEnd: head,
        observeElementRect: (_, tell) => {
          const element = scroller.current;
          if (!element) return undefined;
          const observer = new ResizeObserver(() => tell({ width: element.clientWidth, height: element.clientHeight }));
          observer.observe(element);
          return () => observer.disconnect();
        },
        observeElementOffset: (_, tell) => {
          const element = scroller.current;
          if (!element) return undefined;
          let timer: ReturnType<typeof setTimeout> | undefined;
          state.tell = (offset) => tell(offset, false);
          const settle = () => {
            // The bar has gone a short way where the list has gone the same: now it shows the share again.
            const bar = Math.round(toBar(state.at.offset, extent()));
            if (Math.abs(bar - element.scrollTop) > 1) {
              state.at = { bar, offset: state.at.offset };
              element.scrollTop = bar;
            }
            tell(state.at.offset, false);
          };
          const onScroll = () => {
            state.at = moved(state.at, element.scrollTop, extent());
            tell(state.at.offset, true);
            clearTimeout(timer);
            timer = setTimeout(settle, SETTLE_MS);
          };
          element.addEventListener('scroll', onScroll, { passive: true });
          tell(state.at.offset, false);
          return () => {
            clearTimeout(timer);
            element.removeEventListener('scroll', onScroll);
          };
        },
        scrollToFn: (offset) => {
          const element = scroller.current;
          if (!element) return;
          state.at = { bar: Math.round(toBar(offset, extent())), offset };
          element.scrollTop = state.at.bar;
          redraw(undefined);
        },
        onChange: () => redraw(undefined),
      }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one for as long as the list is drawn
    [],
  );
  virtualizer.setOptions({ ...virtualizer.options, count });
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());

  // Not by the virtualizer, which goes no farther than the scrolled element is high.
  const goTo = (wanted: number) => {
    const { list, view } = extent();
    const offset = Math.max(0, Math.min(wanted, list - view));
    state.at = { bar: Math.round(toBar(offset, extent())), offset };
    if (scroller.current) scroller.current.scrollTop = state.at.bar;
    state.tell?.(offset);
    redraw(undefined);
  };

  return {
    items: virtualizer.getVirtualItems(),
    height: heightOf(extent()),
    top: ({ start }) => start - state.at.offset + state.at.bar,
    reveal: (index, align = 'auto') => {
      const top = index * rowHeight;
      const isAbove = top < state.at.offset;
      const bottom = top + rowHeight - extent().view;
      if (align === 'start' || isAbove) goTo(top);
      else if (bottom > state.at.offset) goTo(bottom);
    },
    shift: (rows) => goTo(state.at.offset + rows * rowHeight),
  };
}
