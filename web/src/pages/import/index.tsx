import { useEffect, useState } from 'preact/hooks';
import type { PageProps } from '../../app/routes';
import { Button } from '../../kit/button';
import { Icon } from '../../kit/icon';
import { Page } from '../../kit/page';
import { t } from '../../strings';
import { Check } from './check';
import { Earlier } from './earlier';
import './import.css';
import { JobPage } from './job-page';
import { OptionFields } from './options';
import { attempt, draft, options } from './upload';

const begin = (file: File) => attempt(file, { ...options.peek(), fields: {} });

/** `#/import` begins an import, and `#/import/ID` shows one. */
export default function Import({ params: { id } }: PageProps) {
  return id ? <JobPage id={id} /> : <Start />;
}

/** Imports a file: it is chosen, tried without writing anything, and then imported. */
function Start() {
  const current = draft.value;
  const isAbove = useDrop(begin);
  const discard = () => {
    current?.cancel();
    draft.value = undefined;
  };
  return (
    <Page
      title={t.import.title}
      detail={current && <bdi>{current.file.name}</bdi>}
      actions={current && <Button onClick={discard}>{t.import.other}</Button>}
    >
      {isAbove && <div class="drop-above">{t.import.dropHere}</div>}
      {current ? (
        <Check current={current} />
      ) : (
        <>
          <Chooser />
          <OptionFields value={options.value} onChange={(next) => (options.value = next)} />
          <Earlier />
        </>
      )}
    </Page>
  );
}

function Chooser() {
  return (
    <label class="drop card">
      <Icon name="upload" />
      <strong>{t.import.drop}</strong>
      <span class="dim">{t.import.formats}</span>
      <input
        type="file"
        accept=".csv,.tsv,.txt,.vcf,.vcard,.json,text/csv,text/vcard,application/json"
        onChange={({ currentTarget: { files } }) => files?.[0] && begin(files[0])}
      />
    </label>
  );
}

/** Takes a file that is dropped anywhere; returns true while one is above the page. */
function useDrop(take: (file: File) => void): boolean {
  const [isAbove, setAbove] = useState(false);
  useEffect(() => {
    const above = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setAbove(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setAbove(false);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setAbove(false);
      const file = event.dataTransfer?.files[0];
      if (file) take(file);
    };
    const end = new AbortController();
    addEventListener('dragover', above, end);
    addEventListener('dragleave', leave, end);
    addEventListener('drop', drop, end);
    return () => end.abort();
  }, [take]);
  return isAbove;
}
