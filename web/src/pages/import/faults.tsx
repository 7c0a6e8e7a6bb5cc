import { useState } from 'preact/hooks';
import { messageOf } from '../../api/errors';
import { to } from '../../app/router';
import { ImportFailuresDocument, ImportWarningsDocument, type ImportFaultFragment } from '#graphql';
import { Button, ButtonLink } from '../../kit/button';
import type { RowSource } from '../../store/list';
import { useList } from '../../store/use-list';
import { t } from '../../strings';
import { number } from '../../strings/format';
import type { Job } from './job';

const NONE = { nodes: [], pageInfo: { hasNextPage: false }, totalCount: 0 };
const STEP = 50;

/** The rows that were not taken, and those that were not taken wholly. */
export function Faults({ job: { id, failed } }: { job: Job }) {
  const failures = useList(ImportFailuresDocument, { id }, ({ importJob }) => importJob?.failures ?? NONE);
  const warnings = useList(ImportWarningsDocument, { id }, ({ importJob }) => importJob?.warnings ?? NONE);
  return (
    <>
      {failed > 0 && (
        <FaultList title={t.import.failures} rows={failures}>
          <ButtonLink icon="download" href={`import/${id}/failures.csv`} download>
            failures.csv
          </ButtonLink>
        </FaultList>
      )}
      {warnings.count > 0 && <FaultList title={t.import.warnings} rows={warnings} />}
    </>
  );
}

interface FaultListProps {
  title: string;
  rows: RowSource<ImportFaultFragment>;
  children?: preact.ComponentChildren;
}

function FaultList({ title, rows, children }: FaultListProps) {
  const [shown, setShown] = useState(STEP);
  const faults = Array.from({ length: Math.min(shown, rows.count) }, (_, index) => rows.row(index));
  const more = () => {
    rows.want(0, shown + STEP);
    setShown(shown + STEP);
  };
  return (
    <section class="card">
      <div class="page-head">
        <h2>{title}</h2>
        <span class="dim">{number(rows.count)}</span>
        <div class="page-actions">{children}</div>
      </div>
      <ul class="faults">{faults.map((fault, index) => fault && <Fault key={index} fault={fault} />)}</ul>
      {rows.count > shown && <Button onClick={more}>{t.import.showMore}</Button>}
    </section>
  );
}

function Fault({ fault: { line, userErrors } }: { fault: ImportFaultFragment }) {
  return (
    <li>
      <span class="dim">{t.import.line(number(line))}</span>
      <div>
        {userErrors.map((error, index) => (
          <p key={index}>
            {error.field && <strong>{error.field.filter((part) => part !== 'input').join('.')} </strong>}
            <bdi>{messageOf(error)}</bdi>{' '}
            {error.conflictIds.map((id) => (
              <a key={id} href={to(`/contacts/${id}`)}>
                {t.import.inTheWay}
              </a>
            ))}
          </p>
        ))}
      </div>
    </li>
  );
}
