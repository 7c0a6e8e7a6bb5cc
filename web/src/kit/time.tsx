import { ago, dateTime } from '../strings/format';

/** How long ago something was; the exact time on hovering. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={dateTime(at)}>
      {ago(at)}
    </time>
  );
}
