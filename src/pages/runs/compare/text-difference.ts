import { diffArrays } from 'diff';

export interface TextPiece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/**
 * Texts with more different words are not compared word by word, because the time grows with the square of that number.
 */
const maxChanges = 800;
/** Texts that share less than this are easier to read one after the other. */
const minSameShare = 0.3;

/**
 * Whole numbers and words, individual letters of scripts without spaces, white space, and every other character
 * separately.
 */
const token =
  /\d[\d.,:]*\d|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}_]+|\s+|./gsu;

/** Splits two texts into equal, removed and added pieces, by words. */
export function compareTexts(before: string, after: string): readonly TextPiece[] {
  const [begin, end] = commonEnds(before, after);
  const [old, fresh] = [before.slice(begin, before.length - end), after.slice(begin, after.length - end)];
  const changes = diffArrays(old.match(token) ?? [], fresh.match(token) ?? [], { maxEditLength: maxChanges });
  const pieces = mergeChanges(
    (changes ?? []).map(({ value, added, removed }) => ({
      kind: added ? 'added' : removed ? 'removed' : 'same',
      text: value.join(''),
    })),
  );
  const same = pieces.reduce((sum, { kind, text }) => sum + (kind === 'same' ? text.length : 0), 0);
  const isAlike = same > ((old.length + fresh.length) / 2) * minSameShare;
  const all: readonly TextPiece[] = [
    { kind: 'same', text: before.slice(0, begin) },
    ...(isAlike ? pieces : whole(old, fresh)),
    { kind: 'same', text: before.slice(before.length - end) },
  ];
  return all.filter(({ text }) => text !== '');
}

function whole(before: string, after: string): readonly TextPiece[] {
  return [
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ];
}

/** Merges changes that are separated only by white space and punctuation. */
function mergeChanges(pieces: readonly TextPiece[]): readonly TextPiece[] {
  const merged: TextPiece[] = [];
  let [removed, added] = ['', ''];
  const endChange = () => {
    merged.push(...whole(removed, added).filter(({ text }) => text !== ''));
    [removed, added] = ['', ''];
  };
  for (const [index, { kind, text }] of pieces.entries()) {
    const isBetween =
      kind === 'same' && removed + added !== '' && index < pieces.length - 1 && !/[\p{L}\p{N}]/u.test(text);
    if (kind === 'removed' || isBetween) removed += text;
    if (kind === 'added' || isBetween) added += text;
    if (kind !== 'same' || isBetween) continue;
    endChange();
    merged.push({ kind, text });
  }
  endChange();
  return merged;
}

/** Returns the lengths of the common beginning and end, which do not split words. */
function commonEnds(before: string, after: string): readonly [number, number] {
  const shorter = Math.min(before.length, after.length);
  let begin = 0;
  while (begin < shorter && before[begin] === after[begin]) begin++;
  while (begin > 0 && begin < before.length && !/\s/.test(before[begin - 1]!)) begin--;
  let end = 0;
  while (end < shorter - begin && before.at(-1 - end) === after.at(-1 - end)) end++;
  while (end > 0 && !/\s/.test(before.at(-end)!)) end--;
  return [begin, end];
}
