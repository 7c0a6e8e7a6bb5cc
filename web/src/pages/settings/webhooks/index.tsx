import { useState } from 'preact/hooks';
import {
  DeleteWebhookDocument,
  RotateWebhookSecretDocument,
  UpdateWebhookDocument,
  WebhookListDocument,
  type WebhookRowFragment,
} from '#graphql';
import { Button } from '../../../kit/button';
import { Menu } from '../../../kit/menu';
import { confirm, toast } from '../../../kit/overlays';
import { Page } from '../../../kit/page';
import { useShortcut } from '../../../kit/shortcuts';
import { Badge, EmptyState, Failed, Loading, Notice } from '../../../kit/states';
import { Time } from '../../../kit/time';
import { attempt } from '../../../parts/submit';
import { useQuery } from '../../../store/query';
import { t } from '../../../strings';
import { Secret } from '../secret';
import { Edit, Replay } from './forms';

type Row = WebhookRowFragment;
type Shown = { form: 'edit'; row?: Row } | { form: 'replay'; row: Row } | { form: 'secret'; secret: string };

/** Other systems that are told of changes. */
export function Webhooks() {
  // Each change is a delivery, which says when the last one was.
  const { data, error, refetch } = useQuery(WebhookListDocument, {}, { live: () => true });
  const [shown, setShown] = useState<Shown>();
  const close = () => setShown(undefined);
  const create = () => setShown({ form: 'edit' });
  useShortcut('c', t.settings.createWebhook, create);
  const rows = data?.webhooks;
  const onDone = (secret?: string | null) => {
    setShown(secret ? { form: 'secret', secret } : undefined);
    void refetch();
  };
  return (
    <Page
      title={t.settings.webhooks}
      actions={
        <Button icon="add" kind="primary" keys="c" onClick={create}>
          {t.settings.createWebhook}
        </Button>
      }
    >
      {error ? (
        <Failed error={error} onRetry={refetch} />
      ) : !rows ? (
        <Loading />
      ) : rows.length === 0 ? (
        <EmptyState icon="webhook" title={t.settings.noWebhooks} text={t.settings.noWebhooksText} />
      ) : (
        rows.map((row) => <Webhook key={row.id} row={row} show={setShown} onDone={onDone} />)
      )}
      {shown?.form === 'edit' && <Edit row={shown.row} onClose={close} onDone={onDone} />}
      {shown?.form === 'replay' && <Replay row={shown.row} onClose={close} />}
      {shown?.form === 'secret' && <Secret title={t.settings.newSecret} secret={shown.secret} onClose={close} />}
    </Page>
  );
}

interface WebhookProps {
  row: Row;
  show: (shown: Shown) => void;
  onDone: (secret?: string | null) => void;
}

function Webhook({ row, show, onDone }: WebhookProps) {
  const { id, url, subjectTypes, isEnabled, lastDeliveredAt, lastFailure, disabledReason } = row;
  const enable = async (to: boolean) => {
    if (!(await attempt(UpdateWebhookDocument, { id, input: { isEnabled: to } }))) return;
    toast(to ? t.settings.enabledDone : t.settings.disabledDone, { undo: () => enable(!to) });
  };
  const rotate = async () => {
    const { rotate: action, rotateText: text } = t.settings;
    if (!(await confirm({ title: action, text, action }))) return;
    const done = await attempt(RotateWebhookSecretDocument, { id });
    if (done) onDone(done.rotateWebhookSecret?.secret);
  };
  const remove = async () => {
    const { deleteWebhook: title } = t.settings;
    if (!(await confirm({ title, text: url, action: t.app.delete, danger: true }))) return;
    if (!(await attempt(DeleteWebhookDocument, { id }))) return;
    toast(t.settings.webhookDeleted);
    onDone();
  };
  return (
    <section class="card form" aria-label={url}>
      <div class="line">
        <bdi class="strong" dir="ltr">
          {url}
        </bdi>
        {!isEnabled ? (
          <Badge kind="bad">{t.settings.off}</Badge>
        ) : lastFailure ? (
          <Badge kind="warn">{t.settings.failing}</Badge>
        ) : (
          <Badge kind="good">{t.settings.on}</Badge>
        )}
        <Menu
          label={t.settings.actionsOf(url)}
          items={[
            { label: t.app.edit, icon: 'edit', onSelect: () => show({ form: 'edit', row }) },
            {
              label: isEnabled ? t.settings.disable : t.settings.enable,
              icon: isEnabled ? 'close' : 'check',
              onSelect: () => enable(!isEnabled),
            },
            isEnabled && lastFailure
              ? {
                  label: t.settings.tryNow,
                  icon: 'restore',
                  onSelect: () => attempt(UpdateWebhookDocument, { id, input: {} }),
                }
              : undefined,
            { label: t.settings.rotate, icon: 'key', onSelect: rotate },
            { label: t.settings.replay, icon: 'history', onSelect: () => show({ form: 'replay', row }) },
            { label: t.app.delete, icon: 'trash', danger: true, onSelect: remove },
          ]}
        />
      </div>
      {(disabledReason ?? lastFailure) && <Notice kind="warn">{disabledReason ?? lastFailure}</Notice>}
      <p class="dim">
        {subjectTypes.length > 0
          ? subjectTypes.map((type) => t.settings.subjectTypes[type]).join(', ')
          : t.settings.allChanges}
        {' · '}
        {t.settings.lastDelivered} {lastDeliveredAt ? <Time at={lastDeliveredAt} /> : t.settings.never}
      </p>
    </section>
  );
}
