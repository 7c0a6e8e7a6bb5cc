import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RowSource } from '../store/list';
import { t } from '../strings';
import { number } from '../strings/format';
import { Checkbox } from './fields';
import { Icon } from './icon';
import type { Selection } from './selection';
import { useShortcut } from './shortcuts';
import { useVirtual } from './virtual';

export interface Column<Row> {
  key: string;
  label: string;
  /** Its track in the grid, such as `2fr` or `8rem`. */
  width: string;
  cell: (row: Row) => ComponentChildren;
  /** Leaves the column out where the window is narrow. */
  wide?: boolean;
  /** Name of the order that it gives; a click on its head asks for it. */
  order?: string;
}

interface TableProps<Row> {
  /** What the rows are, for a screen reader. */
  label: string;
  columns: Column<Row>[];
  rows: RowSource<Row>;
  /** Where a row leads. */
  href: (row: Row) => string;
  selection?: Selection;
  order?: { by: string; descending: boolean; onChange: (by: string) => void };
}

const ROW_HEIGHT = 44;
const HEAD_HEIGHT = 36;

/** A table of any length. `j` and `k` go from row to row, Enter opens one, `x` selects it. */
export function Table<Row extends { id: string }>({ label, columns, rows, href, selection, order }: TableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const count = rows.count;
  const virtual = useVirtual({ count, rowHeight: ROW_HEIGHT, head: HEAD_HEIGHT, scroller });
  const first = virtual.items.at(0)?.index ?? 0;
  const last = virtual.items.at(-1)?.index ?? 0;
  useEffect(() => rows.want(first, last + 1), [rows, first, last]);

  const active = Math.min(at, count - 1);
  const step = (by: number) => {
    const next = Math.min(count - 1, Math.max(0, active + by));
    setAt(next);
    virtual.reveal(next);
    scroller.current?.focus({ preventScroll: true });
  };
  const open = () => {
    const row = rows.row(active);
    if (row) location.assign(href(row));
  };
  const select = () => {
    const row = rows.row(active);
    if (row) selection?.toggle(row.id);
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
    step(by);
  };

  const tracks = (shown: Column<Row>[]) =>
    [selection && '2.5rem', ...shown.map(({ width }) => `minmax(0, ${width})`)].filter(Boolean).join(' ');
  return (
    <div
      id="rows"
      ref={scroller}
      class="table"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={virtual.items.some(({ index }) => index === active) ? `row-${active}` : undefined}
      style={{ '--tracks': tracks(columns), '--tracks-narrow': tracks(columns.filter(({ wide }) => !wide)) }}
      onKeyDown={onKeyDown}
      onFocus={() => at < 0 && count > 0 && setAt(0)}
    >
      <div class="table-head" role="row" aria-rowindex={1}>
        {selection && (
          <span role="columnheader">
            <span class="hidden">{t.table.select}</span>
          </span>
        )}
        {columns.map((column) => (
          <Head key={column.key} column={column} order={order} />
        ))}
      </div>
      <div class="table-rows" role="rowgroup" style={{ height: `${virtual.height}px` }}>
        {virtual.items.map((item) => {
          const row = rows.row(item.index);
          const isSelected = row !== undefined && selection?.has(row.id) === true;
          return (
            <div
              key={item.index}
              id={`row-${item.index}`}
              class={`row${item.index === active ? ' row-active' : ''}${isSelected ? ' row-selected' : ''}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={selection ? isSelected : undefined}
              style={{ transform: `translateY(${virtual.top(item)}px)` }}
              onMouseDown={() => setAt(item.index)}
            >
              {row ? (
                <>
                  {selection && (
                    <span role="gridcell" class="cell-select">
                      <Checkbox
                        bare
                        label={t.table.select}
                        checked={isSelected}
                        onChange={(_, event) =>
                          event.shiftKey
                            ? selection.range(item.index, (index) => rows.row(index)?.id)
                            : selection.toggle(row.id, item.index)
                        }
                      />
                    </span>
                  )}
                  {columns.map((column, index) => (
                    <span key={column.key} role="gridcell" class={`cell${column.wide ? ' wide' : ''}`}>
                      {index === 0 ? (
                        <a href={href(row)} tabIndex={-1}>
                          {column.cell(row)}
                        </a>
                      ) : (
                        column.cell(row)
                      )}
                    </span>
                  ))}
                </>
              ) : (
                <span role="gridcell" class="cell placeholder" aria-label={t.app.loading} />
              )}
            </div>
          );
        })}
      </div>
      {/* Cells are few and rows many: how many, is said once. */}
      <span class="hidden">{number(count)}</span>
    </div>
  );
}

function Head<Row>({ column, order }: { column: Column<Row>; order: TableProps<Row>['order'] }) {
  const name = column.order;
  const isBy = name !== undefined && order?.by === name;
  const sort = isBy ? (order.descending ? 'descending' : 'ascending') : undefined;
  return (
    <span role="columnheader" class={`cell${column.wide ? ' wide' : ''}`} aria-sort={sort}>
      {name && order ? (
        <button type="button" class="sort" tabIndex={-1} onClick={() => order.onChange(name)}>
          {column.label}
          {isBy && <Icon name={order.descending ? 'down' : 'up'} />}
        </button>
      ) : (
        column.label
      )}
    </span>
  );
}
