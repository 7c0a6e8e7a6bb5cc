/**
 * Browsers draw nothing beyond some 17 million pixels, and a million rows are 44 million high. So the scrolled element is
 * as high as they allow, and what is seen of the list is reckoned: a short way (wheel, keys) is that way in the list too,
 * and a long one (the bar is dragged) is the same share of both.
 */
const HEIGHT_MAX = 8_000_000;

export interface Extent {
  /** Height of the list, in pixels. */
  list: number;
  /** Height of what is seen of it. */
  view: number;
}

export const heightOf = ({ list }: Extent): number => Math.min(list, HEIGHT_MAX);

/** Where in the list the view begins, for a place of the scroll bar. */
export function toList(scrolled: number, extent: Extent): number {
  const [real, shown] = [extent.list - extent.view, heightOf(extent) - extent.view];
  return shown <= 0 || real === shown ? scrolled : (scrolled / shown) * real;
}

/** The place of the scroll bar, for where the view begins. */
export function toBar(offset: number, extent: Extent): number {
  const [real, shown] = [extent.list - extent.view, heightOf(extent) - extent.view];
  return real <= 0 || real === shown ? offset : (offset / real) * shown;
}

export interface Position {
  /** Where the bar is. */
  bar: number;
  /** Where the view begins in the list. */
  offset: number;
}

/** Follows the bar: a way shorter than the view is gone as it is. */
export function moved(before: Position, bar: number, extent: Extent): Position {
  const way = bar - before.bar;
  const end = Math.max(0, extent.list - extent.view);
  const isShort = Math.abs(way) < extent.view;
  // At its ends the bar means the ends of the list.
  const isAtEnd = bar <= 0 || bar >= heightOf(extent) - extent.view;
  const offset = isShort && !isAtEnd ? before.offset + way : toList(bar, extent);
  return { bar, offset: Math.min(end, Math.max(0, offset)) };
}
