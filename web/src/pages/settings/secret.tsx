import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';
import { toast, toastError } from '../../kit/overlays';
import { Notice } from '../../kit/states';
import { t } from '../../strings';

/** Shows a secret, which nobody can look up again. */
export function Secret({ title, secret, onClose }: { title: string; secret: string; onClose: () => void }) {
  const copy = () => void navigator.clipboard.writeText(secret).then(() => toast(t.parts.copied), toastError);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <Button kind="primary" onClick={onClose}>
          {t.settings.stored}
        </Button>
      }
    >
      <Notice kind="warn">{t.settings.shownOnce}</Notice>
      <div class="secret">
        <code dir="ltr">{secret}</code>
        <Button icon="copy" label={t.parts.copy} onClick={copy} />
      </div>
    </Dialog>
  );
}
