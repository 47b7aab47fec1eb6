import { diffArrays } from 'diff';

export interface TextPiece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Texts that differ in more words are not compared word by word: it would take the square of that. */
const maxChanges = 800;

/** Numbers whole, words, letters of scripts that have no spaces, white space, and each other character by itself. */
const token =
  /\d[\d.,:]*\d|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}_]+|\s+|./gsu;

/** What of a text is the same, removed and added, by words. */
export function compareTexts(before: string, after: string): readonly TextPiece[] {
  const [begin, end] = commonEnds(before, after);
  const [old, fresh] = [before.slice(begin, before.length - end), after.slice(begin, after.length - end)];
  const changes = diffArrays(old.match(token) ?? [], fresh.match(token) ?? [], { maxEditLength: maxChanges });
  const pieces: readonly TextPiece[] = changes?.map(({ value, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  })) ?? [
    { kind: 'removed', text: old },
    { kind: 'added', text: fresh },
  ];
  const all: readonly TextPiece[] = [
    { kind: 'same', text: before.slice(0, begin) },
    ...pieces,
    { kind: 'same', text: before.slice(before.length - end) },
  ];
  return all.filter(({ text }) => text !== '');
}

/** How much is the same at the begin and at the end, cut between words. */
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
