import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RowSource } from '../store/list';
import { t } from '../strings';
import { number } from '../strings/format';
import { Checkbox } from './fields';
import { Icon } from './icon';
import { cellClass, selectTo, TableRow, type Column } from './row';
import type { Selection } from './selection';
import { useShortcut } from './shortcuts';
import { useVirtual, type Virtual } from './virtual';

interface TableProps<Row> {
  /** What the rows are, for a screen reader. */
  label: string;
  columns: Column<Row>[];
  rows: RowSource<Row>;
  /** Where a row leads. */
  href: (row: Row) => string;
  selection?: Selection;
  order?: { by: string; descending: boolean; onChange: (by: string) => void };
  /** Where the window is narrow, the first column stands alone. */
  cards?: boolean;
}

const ROW_HEIGHT = 44;
const HEAD_HEIGHT = 36;

/** A table of any length. `j` and `k` go from row to row, Enter opens one, `x` selects it. */
export function Table<Row extends { id: string }>(props: TableProps<Row>) {
  const { label, columns, rows, href, selection, order, cards } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const count = rows.reach;
  const virtual = useVirtual({ count, rowHeight: ROW_HEIGHT, head: HEAD_HEIGHT, scroller });
  const { from, to } = virtual;
  useEffect(() => rows.want(from, Math.max(to, from + 1)), [rows, from, to]);
  const drawn = useRef(virtual);
  drawn.current = virtual;
  useEffect(() => {
    let last = rows.moves?.peek();
    return effect(() => {
      const move = rows.moves?.value;
      if (move === last) return;
      last = move;
      const { from, to } = drawn.current;
      if (move?.by) {
        const { by } = move;
        // The active row is the same one, if it is among those that have another place.
        setAt((at) => (at >= from && at < to ? Math.max(0, at + by) : at));
        drawn.current.shift(by);
      }
      if (move?.to === undefined) return;
      setAt(move.to);
      drawn.current.reveal(move.to, 'start');
    });
  }, [rows]);

  const active = Math.min(at, count - 1);
  const step = (by: number) => {
    const next = Math.min(count - 1, Math.max(0, active + by));
    setAt(next);
    virtual.reveal(next);
    scroller.current?.focus({ preventScroll: true });
    return next;
  };
  const open = () => {
    const row = rows.row(active);
    if (row) location.assign(href(row));
  };
  const select = () => {
    const row = rows.row(active);
    if (row) selection?.toggle(row.id, active);
  };
  useShortcut('j', t.table.next, () => step(1), { group: 'list' });
  useShortcut('k', t.table.previous, () => step(-1), { group: 'list' });
  useShortcut('Enter', t.table.open, open, { group: 'list' });
  useShortcut(selection && 'x', t.table.select, select, { group: 'list' });
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1;
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count }[event.key];
    if (by === undefined || event.target !== scroller.current) return;
    event.preventDefault();
    const row = rows.row(active);
    if (event.shiftKey && row && selection?.has(row.id) === false) selection.toggle(row.id, active);
    const next = step(by);
    if (event.shiftKey && selection) selectTo(next, rows, selection);
  };

  const slotOf = useSlots(virtual);
  const tracks = (shown: Column<Row>[]) =>
    [selection && '2.5rem', ...shown.map(({ width }) => `minmax(0, ${width})`)].filter(Boolean).join(' ');
  return (
    <div
      id="rows"
      ref={scroller}
      class={cards ? 'table cards' : 'table'}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.count + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={active >= from && active < to ? `row-${active}` : undefined}
      style={{
        '--tracks': tracks(columns),
        '--tracks-narrow': tracks(columns.filter(({ wide }) => !wide)),
        '--tracks-card': tracks(columns.slice(0, 1)),
      }}
      onKeyDown={onKeyDown}
      onFocus={() => at < 0 && count > 0 && setAt(0)}
    >
      <div class="table-head" role="row" aria-rowindex={1}>
        {selection && (
          <span role="columnheader">
            <Checkbox
              bare
              label={t.table.selectAll}
              checked={selection.isAll}
              mixed={selection.isAny && !selection.isAll}
              onChange={() => (selection.isAny ? selection.clear() : selection.selectAll())}
            />
          </span>
        )}
        {columns.map((column, index) => (
          <Head key={column.key} column={column} order={order} index={index} />
        ))}
      </div>
      <div class="table-rows" role="rowgroup" style={{ height: `${virtual.height}px` }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at).map((index) => (
          <TableRow
            key={slotOf(index)}
            index={index}
            top={virtual.top(index)}
            // What nobody can read is not drawn: so the list keeps up.
            row={virtual.isFast ? undefined : rows.row(index)}
            rows={rows}
            columns={columns}
            href={href}
            selection={selection}
            isActive={index === active}
            onPress={setAt}
          />
        ))}
      </div>
      {/* Cells are few and rows many: how many, is said once. */}
      <span class="hidden">{number(rows.count)}</span>
    </div>
  );
}

/**
 * Rows that leave the view are drawn again as those that come into it: elements are dear, and texts are cheap. Where all
 * are others, each stays where it is among the elements, because to move them is as dear as to make them.
 */
function useSlots({ from, to, most }: Virtual): (index: number) => number {
  const last = useRef({ from: 0, to: 0, first: 0 });
  const { first } = last.current;
  const isFar = from >= last.current.to || to <= last.current.from;
  const next = isFar ? first : (first + from - last.current.from + most) % most;
  last.current = { from, to, first: next };
  return (index) => (next + index - from) % most;
}

interface HeadProps<Row> {
  column: Column<Row>;
  order: TableProps<Row>['order'];
  index: number;
}

function Head<Row>({ column, order, index }: HeadProps<Row>) {
  const name = column.order;
  const isBy = name !== undefined && order?.by === name;
  const sort = isBy ? (order.descending ? 'descending' : 'ascending') : undefined;
  return (
    <span role="columnheader" class={cellClass(column, index)} aria-sort={sort}>
      {name && order ? (
        <button type="button" class="sort" onClick={() => order.onChange(name)}>
          {column.label}
          {isBy && <Icon name={order.descending ? 'down' : 'up'} />}
        </button>
      ) : (
        column.label
      )}
    </span>
  );
}
