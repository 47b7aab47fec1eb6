// Values inside a run's JSON, named by JSON Pointers (RFC 6901) and picked out by the database.

import { RawJson } from '../json/raw-json.js';

/** Which JSON of a run a pointer begins in, by the field that takes the pointer. */
export type PickSource = 'response' | 'submitted' | 'runData' | 'runDataAt';

export interface JsonPick {
  readonly source: PickSource;
  readonly pointer: string;
}

const longestPointer = 1000;

/** The keys and places a pointer leads through; null for a text that is no pointer, or one over 1,000 characters. */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (pointer.length > longestPointer || !/^(\/([^~/\0]|~[01])*)+$/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What names the picked value among others of its run. */
export function pickKey({ source, pointer }: JsonPick): string {
  return `${source} ${pointer}`;
}

/** The picks as the parameter that {@link pickedTexts} reads; null for none, which then cost nothing. */
export function toPickParameter(picks: readonly JsonPick[]): string | null {
  if (picks.length === 0) return null;
  return JSON.stringify(
    picks.map(({ source, pointer }) => {
      const path = parsePointer(pointer)!;
      return source === 'response'
        ? { column: 'response', path }
        : { column: 'run_data', path: source === 'submitted' ? ['submitted', ...path] : path };
    }),
  );
}

/** SQL: the picked values of the row `run` as an array of JSON texts, in the order of the picks. */
export function pickedTexts(parameter: string): string {
  return `(
    SELECT array_agg((
      CASE pick ->> 'column' WHEN 'response' THEN run.response ELSE run.run_data END
      #> ARRAY(SELECT jsonb_array_elements_text(pick -> 'path'))
    )::text ORDER BY place)
    FROM jsonb_array_elements(${parameter}) WITH ORDINALITY AS asked_pick (pick, place))`;
}

/** The picked texts under the keys of their picks. */
export function toPicked(
  picks: readonly JsonPick[],
  texts: readonly (string | null)[],
): ReadonlyMap<string, RawJson | null> {
  return new Map(picks.map((pick, index) => [pickKey(pick), toRawJson(texts[index])]));
}

/** JSON text from the database; null where there is nothing, or JSON's own null. */
export function toRawJson(text: string | null | undefined): RawJson | null {
  return text == null || text === 'null' ? null : new RawJson(text);
}
