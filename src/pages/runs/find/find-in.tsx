import './find-in.css';
import { useEffect, useState } from 'react';
import { formatCount } from '../../shared/format/format-quantity.js';
import { escapePattern } from './search-pattern.js';
import { maxMatches, rangesOf, scrollToRange, showRanges } from './text-ranges.js';

interface FindInProps {
  /** The title of the panel. */
  readonly title: string;
  readonly body: React.RefObject<HTMLElement | null>;
  readonly term: string;
  readonly onTerm: (text: string) => void;
}

/** Finds a text within a panel. Enter moves to the next match, Shift and Enter to the previous one. */
export function FindIn({ title, body, term, onTerm }: FindInProps) {
  const ranges = useRanges(body, term);
  const [reached, setReached] = useState(-1);
  const index = Math.min(reached, ranges.length - 1);
  useEffect(() => showRanges(ranges, ranges[index]), [ranges, index]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && ranges.length > 0) {
      event.preventDefault();
      const isAtBegin = index <= 0;
      const next = event.shiftKey ? (isAtBegin ? ranges.length : index) - 1 : (index + 1) % ranges.length;
      setReached(next);
      scrollToRange(ranges[next]!);
    } else if (event.key === 'Escape' && term !== '') {
      event.preventDefault();
      onTerm('');
    }
  };
  return (
    <div className="find-in screen-only">
      <input
        type="search"
        aria-label={`Find in ${title}`}
        placeholder="Find"
        autoComplete="off"
        spellCheck={false}
        value={term}
        onChange={({ target }) => {
          setReached(-1);
          onTerm(target.value);
        }}
        onKeyDown={onKeyDown}
      />
      {term !== '' && <output className="faint number">{placeIn(ranges, index)}</output>}
    </div>
  );
}

function placeIn({ length }: readonly Range[], index: number): string {
  if (length === 0) return 'none';
  const count = length < maxMatches ? formatCount(length) : `${formatCount(length)} or more`;
  return index === -1 ? `${count} found` : `${formatCount(index + 1)} of ${count}`;
}

/** Returns the matches of the text, and searches again whenever the content changes. */
function useRanges(body: React.RefObject<HTMLElement | null>, term: string): readonly Range[] {
  const [ranges, setRanges] = useState<readonly Range[]>([]);
  useEffect(() => {
    const { current } = body;
    if (current === null || term === '') return setRanges([]);
    const pattern = new RegExp(escapePattern(term), 'giu');
    const read = () => setRanges(rangesOf(current, pattern));
    const observer = new MutationObserver(read);
    observer.observe(current, { childList: true, subtree: true, characterData: true });
    read();
    return () => observer.disconnect();
  }, [body, term]);
  return ranges;
}
