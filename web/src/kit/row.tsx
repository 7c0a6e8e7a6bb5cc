import type { ComponentChildren } from 'preact';
import type { RowSource } from '../store/list';
import { t } from '../strings';
import { Checkbox } from './fields';
import { toast } from './overlays';
import type { Selection } from './selection';

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

interface TableRowProps<Row> {
  index: number;
  /** Where it is drawn, in pixels. */
  top: number;
  /** None while it is loaded. */
  row: Row | undefined;
  rows: RowSource<Row>;
  columns: Column<Row>[];
  href: (row: Row) => string;
  selection: Selection | undefined;
  isActive: boolean;
  onPress: (index: number) => void;
}

/**
 * A row of a table. It reads its selection itself: so it is a component with signals, and such ones are drawn again only
 * when a property or a signal is another one. While the list scrolls, the rows that stay cost nothing.
 */
export function TableRow<Row extends { id: string }>(props: TableRowProps<Row>) {
  const { index, top, row, rows, columns, href, selection, isActive, onPress } = props;
  const isSelected = row !== undefined && selection?.has(row.id) === true;
  return (
    <div
      id={`row-${index}`}
      class={`row${isActive ? ' row-active' : ''}${isSelected ? ' row-selected' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selection ? isSelected : undefined}
      style={{ transform: `translateY(${top}px)` }}
      onMouseDown={() => onPress(index)}
    >
      {row ? (
        <>
          {selection && (
            <span role="gridcell" class="cell-select">
              <Checkbox
                bare
                // Among the rows it goes on by keys, and `x` selects.
                tabIndex={-1}
                label={t.table.select}
                checked={isSelected}
                onChange={(_, event) =>
                  event.shiftKey ? selectTo(index, rows, selection) : selection.toggle(row.id, index)
                }
              />
            </span>
          )}
          {columns.map((column, at) => (
            <span key={column.key} role="gridcell" class={cellClass(column, at)}>
              {at === 0 ? (
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
}

export const cellClass = ({ wide }: { wide?: boolean }, index: number) =>
  `cell${wide ? ' wide' : ''}${index > 0 ? ' cell-more' : ''}`;

/** Selects all rows from the one that was selected last to another. */
export function selectTo(index: number, rows: RowSource<{ id: string }>, selection: Selection): void {
  const missing = selection.range(index, (at) => rows.row(at)?.id);
  if (missing > 0) toast(t.table.notLoaded(missing), { kind: 'failed' });
}
