import type { ComponentChildren } from 'preact';
import { Button } from '../kit/button';
import { t } from '../strings';
import type { Draft } from './draft';
import { fieldName, valueText } from './value';

interface MarkedProps<Values extends object> {
  field: keyof Values & string;
  draft: Draft<Values>;
  onChoose: (whose: 'MINE' | 'THEIRS') => void;
  children: ComponentChildren;
}

/** A field, with what somebody else has written into it meanwhile. */
export function Marked<Values extends object>({ field, draft, onChoose, children }: MarkedProps<Values>) {
  return (
    <div data-field={field} class="marked">
      {children}
      {field in draft.theirs ? (
        <div class="conflict" role="group" aria-label={`${fieldName(field)}: ${t.parts.theirs}`}>
          <p class="strong">{t.parts.theirs}</p>
          <p class="text" dir="auto">
            {valueText(field, draft.theirs[field]) || t.parts.nothing}
          </p>
          <Button onClick={() => onChoose('THEIRS')}>{t.parts.takeTheirs}</Button>
          <Button onClick={() => onChoose('MINE')}>{t.parts.keepMine}</Button>
        </div>
      ) : (
        draft.updated.includes(field) && (
          <p class="field-hint" role="status">
            {t.parts.updated}
          </p>
        )
      )}
    </div>
  );
}
