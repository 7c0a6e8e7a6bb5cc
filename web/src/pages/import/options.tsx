import { Checkbox, Select } from '../../kit/fields';
import { t } from '../../strings';
import { MATCH_KEYS, type Options } from './upload';

const POLICIES: Options['onTrashed'][] = ['REJECT', 'RESTORE', 'IGNORE'];
const KINDS: Options['of'][] = ['contacts', 'companies'];

/** How rows are matched and written. The usual answers stand there, so that nobody needs to open it. */
export function OptionFields({ value, onChange }: { value: Options; onChange: (value: Options) => void }) {
  const { of, matchBy, onTrashed, emptyClears, keepUnknown } = value;
  const set = (changed: Partial<Options>) => onChange({ ...value, ...changed });
  return (
    <details class="card fold">
      <summary>{t.import.options}</summary>
      <div class="import-options">
        <Select
          label={t.import.of}
          value={of}
          options={KINDS.map((kind) => ({ value: kind, label: t.import.kinds[kind] }))}
          onChange={(kind) => set({ of: kind, fields: {} })}
        />
        <Select
          label={t.import.onTrashed}
          value={onTrashed}
          options={POLICIES.map((policy) => ({ value: policy, label: t.import.policies[policy] }))}
          onChange={(policy) => set({ onTrashed: policy })}
        />
        <fieldset class="listfield">
          <legend>{t.import.matchBy}</legend>
          {MATCH_KEYS.map((key) => (
            <Checkbox
              key={key}
              label={t.import.keys[key]}
              checked={matchBy.includes(key)}
              onChange={(on) =>
                set({ matchBy: MATCH_KEYS.filter((other) => (other === key ? on : matchBy.includes(other))) })
              }
            />
          ))}
        </fieldset>
        <fieldset class="listfield">
          <legend>{t.import.more}</legend>
          <Checkbox label={t.import.emptyClears} checked={emptyClears} onChange={(on) => set({ emptyClears: on })} />
          <Checkbox label={t.import.keepUnknown} checked={keepUnknown} onChange={(on) => set({ keepUnknown: on })} />
        </fieldset>
      </div>
    </details>
  );
}
