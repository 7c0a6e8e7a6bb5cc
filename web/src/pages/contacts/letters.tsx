import { useEffect, useState } from 'preact/hooks';
import { request } from '../../api/client';
import { ContactLettersDocument, type ContactFilter, type ContactLettersQuery } from '#graphql';
import type { AnchoredList } from '../../store/anchored';
import { t } from '../../strings';

/** The first letter of each script beside the Latin one, in the order of names. */
const SCRIPTS = { greek: 'α', cyrillic: 'а', hebrew: 'א', arabic: 'ا', indic: 'ऀ', kana: 'ぁ', han: '一', hangul: '가' };
const SHOWN: Record<string, string> = { digits: '#', greek: 'Ω', cyrillic: 'Я', indic: 'अ', kana: 'あ' };

interface Letter {
  /** What names with it begin with. */
  text: string;
  shown: string;
  index: number;
}

function lettersOf(counts: ContactLettersQuery): Letter[] {
  let index = 0;
  return Object.entries(counts).flatMap(([key, count]) => {
    const text = key === 'digits' ? '' : ((SCRIPTS as Record<string, string>)[key] ?? key);
    const letter = { text, shown: SHOWN[key] ?? text.toUpperCase(), index };
    index += count;
    return count > 0 ? [letter] : [];
  });
}

interface Props {
  rows: Pick<AnchoredList<unknown, unknown, unknown>, 'know' | 'goTo'>;
  filter: ContactFilter;
  includeTrashed: boolean;
}

/** Leads to the names of each letter: a click, or the arrows and Enter. */
export function Letters({ rows, filter, includeTrashed }: Props) {
  const [letters, setLetters] = useState<Letter[]>([]);
  const [at, setAt] = useState(0);
  const key = JSON.stringify(filter);
  useEffect(() => {
    const asked = new AbortController();
    request(ContactLettersDocument, { filter, includeTrashed }, asked.signal).then(
      (counts) => {
        const found = lettersOf(counts);
        rows.know(found);
        setLetters(found);
      },
      // The list is usable without.
      () => undefined,
    );
    return () => asked.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key is the filter
  }, [rows, key, includeTrashed]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -letters.length, End: letters.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(letters.length - 1, at + step));
    setAt(next);
    ((event.currentTarget as HTMLElement).children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      class="letters"
      role="toolbar"
      aria-orientation="vertical"
      aria-label={t.contactList.letters}
      onKeyDown={onKeyDown}
    >
      {letters.map((letter, place) => (
        <button
          key={letter.shown}
          type="button"
          tabIndex={place === at ? 0 : -1}
          onClick={() => {
            setAt(place);
            // Places that were found since may have put it out.
            rows.know([letter]);
            rows.goTo(letter.index);
          }}
        >
          {letter.shown}
        </button>
      ))}
    </div>
  );
}
