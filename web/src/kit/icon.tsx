/** Strokes of the icons, on a field of 24 by 24. */
const PATHS = {
  add: 'M12 5v14M5 12h14',
  back: 'M14 6l-6 6 6 6',
  building: 'M5 20V5h9v15M14 10h5v10M3 20h18M8 9h3M8 13h3',
  calendar: 'M5 6h14v14H5zM5 10h14M9 3v4M15 3v4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  columns: 'M4 5h16v14H4zM10 5v14M15 5v14',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  down: 'M7 10l5 5 5-5',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  filter: 'M4 6h16M7 12h10M10 18h4',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18',
  history: 'M5 12a7 7 0 1 1 2 5M5 20v-4h4M12 8v4l3 2',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5M12 8v.1',
  key: 'M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10M11 13l-7 7M7 17l2 2',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  mail: 'M4 6h16v12H4zM4 7l8 6 8-6',
  merge: 'M7 4v4c0 4 5 4 5 8v4M17 4v4c0 4-5 4-5 8',
  more: 'M5 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0M17 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0',
  note: 'M6 4h12v16H6zM9 9h6M9 13h6M9 17h3',
  offline: 'M4 4l16 16M5 11a10 10 0 0 1 4-2.5M19 11a10 10 0 0 0-5-3M8 15a6 6 0 0 1 5-1.5M12 19v.1',
  out: 'M10 4H5v16h5M10 12h10M16 8l4 4-4 4',
  people:
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M3 20c.5-4 3-6 6-6s5.5 2 6 6M16 5.5a3.5 3.5 0 0 1 0 6M18 14.5c2 .8 3 2.8 3.3 5.5',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M5 20c.6-4 3.5-6 7-6s6.4 2 7 6',
  phone: 'M6 4h3l2 5-2 1.5a11 11 0 0 0 4.5 4.5L15 13l5 2v3c0 1-1 2-2 2C10.5 20 4 13.5 4 6c0-1 1-2 2-2z',
  pin: 'M12 21c5-6 7-8.5 7-11.5a7 7 0 0 0-14 0C5 12.5 7 15 12 21zM12 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  restore: 'M4 10h10a5 5 0 0 1 0 10H8M8 6l-4 4 4 4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L20 20',
  settings: 'M4 8h9M17 8h3M15 5.5v5M4 16h3M11 16h9M9 13.5v5',
  shield: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z',
  stack: 'M12 4l8 4-8 4-8-4zM4 12l8 4 8-4M4 16l8 4 8-4',
  tag: 'M4 4h8l8 8-8 8-8-8zM8 8h.1',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  up: 'M7 14l5-5 5 5',
  upload: 'M12 16V5M7 9l5-5 5 5M5 20h14',
  warning: 'M12 4l9 16H3zM12 10v5M12 17.5v.1',
  webhook: 'M9 8a3 3 0 1 1 4.5 2.6L17 16M6 19a3 3 0 1 1 2-5l3.5-5M9 16h8a2.5 2.5 0 1 1-1 2',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon beside a text; it says nothing to a screen reader. */
export function Icon({ name, class: more = '' }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${more}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
