/** The first letters of a name's first and last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = (word: string | undefined) => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '';
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toLocaleUpperCase() || '·';
}

const HUES = 8;

/** A circle with initials. Its colour is the id's, so that it stays when the name changes. */
export function Avatar({ id, name, large }: { id: string; name: string; large?: boolean }) {
  // The end of a UUIDv7 is random.
  const hue = (parseInt(id.slice(-4), 16) || 0) % HUES;
  return (
    <span class={`avatar hue-${hue}${large ? ' avatar-large' : ''}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
