import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../kit/button';
import { Failed, Loading } from '../kit/states';
import type { RowSource } from '../store/list';
import { t } from '../strings';

const FIRST = 15;
const MORE = 50;

interface PagedProps<Row> {
  label: string;
  rows: RowSource<Row>;
  /** Stands there when there is nothing. */
  empty: ComponentChildren;
  children: (row: Row) => ComponentChildren;
}

/** A list that grows by a button. */
export function Paged<Row>({ label, rows, empty, children }: PagedProps<Row>) {
  const [shown, setShown] = useState(FIRST);
  // One more, to know whether there are more.
  useEffect(() => rows.want(0, shown + 1), [rows, shown]);
  if (rows.error) return <Failed error={rows.error} onRetry={() => rows.refresh()} />;
  if (rows.isEmptyYet) return <Loading />;
  if (rows.count === 0) return <p class="dim nothing">{empty}</p>;
  const visible = Array.from({ length: Math.min(shown, rows.count) }, (_, index) => rows.row(index));
  return (
    <>
      <ol class="events" aria-label={label}>
        {visible.map((row) => row && children(row))}
      </ol>
      {rows.count > shown && <Button onClick={() => setShown(shown + MORE)}>{t.parts.more}</Button>}
    </>
  );
}
