import { useEffect, useRef } from 'preact/hooks';
import { setQuery, to, place } from '../../app/router';
import { Button } from '../../kit/button';
import { Page } from '../../kit/page';
import { Loading } from '../../kit/states';
import { useShortcut } from '../../kit/shortcuts';
import type { RowSource } from '../../store/list';
import { t } from '../../strings';
import { Comparison } from './comparison';
import type { Group } from './groups';

/** One group after another. Where a group is gone, the one that follows it takes its place. */
export function Review({ rows, group }: { rows: RowSource<Group>; group: string }) {
  const count = rows.count;
  const last = useRef(0);
  const found = indexOf(rows, group);
  const at = found >= 0 ? found : Math.min(last.current, count - 1);
  last.current = at;
  const shown = rows.row(at);
  useEffect(() => rows.want(0, at + 2), [rows, at]);
  useEffect(() => {
    if (shown && shown.id !== group) setQuery({ group: shown.id });
  }, [shown, group]);
  const goTo = (index: number) => {
    const next = rows.row(index);
    if (next) setQuery({ group: next.id });
  };
  const onDone = () => {
    // The group is about to leave the list.
    setQuery({ group: (rows.row(at + 1) ?? rows.row(at - 1))?.id });
    rows.refresh();
  };
  useShortcut('j', t.duplicates.next, () => goTo(at + 1));
  useShortcut('k', t.duplicates.previous, () => goTo(at - 1));
  const certainty = place.value.query.get('certainty') ?? undefined;
  return (
    <Page
      title={t.duplicates.title}
      detail={t.duplicates.at(at + 1, count)}
      back={{ href: to('/duplicates', { certainty }), label: t.duplicates.title }}
      actions={
        <>
          <Button icon="up" label={t.duplicates.previous} keys="k" disabled={at === 0} onClick={() => goTo(at - 1)} />
          <Button
            icon="down"
            label={t.duplicates.next}
            keys="j"
            disabled={at + 1 >= count}
            onClick={() => goTo(at + 1)}
          />
        </>
      }
    >
      {shown ? (
        <Comparison
          key={shown.id}
          ids={shown.contacts.map(({ id }) => id)}
          survivor={shown.suggestedSurvivor.id}
          onDone={onDone}
        />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function indexOf(rows: RowSource<Group>, id: string): number {
  for (let index = 0; index < rows.count; index += 1) {
    const row = rows.row(index);
    if (!row) return -1;
    if (row.id === id) return index;
  }
  return -1;
}
