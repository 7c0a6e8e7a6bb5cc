import { useState } from 'preact/hooks';
import {
  CreateWebhookDocument,
  FeedEndDocument,
  ReplayWebhookDocument,
  UpdateWebhookDocument,
  type SubjectType,
  type WebhookRowFragment,
} from '#graphql';
import { request } from '../../../api/client';
import { Button } from '../../../kit/button';
import { Checkbox, TextField } from '../../../kit/fields';
import { toast, toastError } from '../../../kit/overlays';
import { FormDialog } from '../../../parts/form';
import { useSubmit } from '../../../parts/submit';
import { t } from '../../../strings';

const TYPES: SubjectType[] = ['CONTACT', 'COMPANY', 'MEMBERSHIP', 'INTERACTION'];

interface EditProps {
  /** The webhook; none for a new one. */
  row: WebhookRowFragment | undefined;
  onClose: () => void;
  /** Called with the secret of a new one. */
  onDone: (secret?: string | null) => void;
}

export function Edit({ row, onClose, onDone }: EditProps) {
  const [url, setUrl] = useState(row?.url ?? 'https://');
  const [types, setTypes] = useState<readonly SubjectType[]>(row?.subjectTypes.length ? row.subjectTypes : TYPES);
  const { errors, problem, setProblem, busy, submit } = useSubmit(['url', 'subjectTypes']);
  const save = async () => {
    if (types.length === 0) return setProblem(t.settings.someTypes);
    const input = { url, subjectTypes: types.length === TYPES.length ? [] : [...types] };
    if (!row) {
      const done = await submit(CreateWebhookDocument, { input });
      if (done) onDone(done.createWebhook?.secret);
      return;
    }
    const { id, url: urlBefore, subjectTypes } = row;
    const before = { url: urlBefore, subjectTypes: [...subjectTypes] };
    if (!(await submit(UpdateWebhookDocument, { id, input }))) return;
    toast(t.parts.saved, { undo: () => submit(UpdateWebhookDocument, { id, input: before }) });
    onDone();
  };
  const title = row ? t.settings.editWebhook : t.settings.createWebhook;
  return (
    <FormDialog
      title={title}
      action={row ? t.app.save : title}
      onSubmit={save}
      onClose={onClose}
      busy={busy}
      problem={problem}
    >
      <TextField
        label="URL"
        type="url"
        hint={t.settings.urlHint}
        value={url}
        onChange={setUrl}
        error={errors.url}
        autofocus
      />
      <fieldset class="listfield">
        <legend>{t.settings.changesOf}</legend>
        {TYPES.map((type) => (
          <Checkbox
            key={type}
            label={t.settings.subjectTypes[type]}
            checked={types.includes(type)}
            onChange={(checked) => setTypes(TYPES.filter((one) => (one === type ? checked : types.includes(one))))}
          />
        ))}
      </fieldset>
    </FormDialog>
  );
}

/** Sets the cursor from which changes are delivered: back, or to the present end. */
export function Replay({ row, onClose }: { row: WebhookRowFragment; onClose: () => void }) {
  const [after, setAfter] = useState(row.cursor ?? '');
  const { errors, problem, busy, submit } = useSubmit(['after']);
  const toEnd = () =>
    request(FeedEndDocument, {}).then(({ changes }) => setAfter(changes.pageInfo.endCursor ?? ''), toastError);
  const replay = async () => {
    const before = row.cursor;
    if (!(await submit(ReplayWebhookDocument, { id: row.id, after }))) return;
    onClose();
    const undo = () => before && submit(ReplayWebhookDocument, { id: row.id, after: before });
    toast(t.settings.replayed, before ? { undo: () => undo() || undefined } : {});
  };
  return (
    <FormDialog
      title={t.settings.replay}
      action={t.settings.replay}
      onSubmit={replay}
      onClose={onClose}
      busy={busy}
      problem={problem}
    >
      <TextField
        label={t.settings.cursor}
        hint={t.settings.cursorHint}
        value={after}
        onChange={setAfter}
        error={errors.after}
        autofocus
      />
      <div>
        <Button onClick={toEnd}>{t.settings.toEnd}</Button>
      </div>
    </FormDialog>
  );
}
