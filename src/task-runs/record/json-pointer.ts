// Values inside a run's JSON, named by JSON Pointers (RFC 6901) and extracted by the database.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';

/** Which JSON of a run a pointer starts in, by the field that takes the pointer. */
export type PointerSource = 'response' | 'submitted' | 'runData' | 'runDataAt';

export interface JsonPointer {
  readonly source: PointerSource;
  readonly pointer: string;
}

const maxPointerLength = limits.pointerLength.value;

/** The predicate of an error about a text that is no pointer. */
export const mustBePointer = `must be a JSON Pointer (RFC 6901), such as /items/0/label, of at most ${maxPointerLength.toLocaleString('en')} characters`;

/** The keys and indexes of a pointer; null for a text that is not a pointer, or one over 1,000 characters. */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  // The database accepts neither half a surrogate pair nor NUL.
  if (pointer.length > maxPointerLength || !/^(\/([^~/\0\p{Cs}]|~[01])*)+$/u.test(pointer)) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The keys and indexes from the column on, `response` or `run_data`; null for a text that is not a pointer. */
export function pathOfPointer({ source, pointer }: JsonPointer): string[] | null {
  const tokens = parsePointer(pointer);
  return tokens && source === 'submitted' ? ['submitted', ...tokens] : tokens;
}

/** Identifies the value among others of its run. */
export function pointerKey({ source, pointer }: JsonPointer): string {
  return `${source} ${pointer}`;
}

/** The pointers as the parameter that {@link valuesAtPointers} reads; null for none, which then cost nothing. */
export function toPointerParameter(pointers: readonly JsonPointer[]): string | null {
  if (pointers.length === 0) return null;
  return JSON.stringify(
    pointers.map((pointer) => {
      const path = pathOfPointer(pointer)!;
      return {
        column: pointer.source === 'response' ? 'response' : 'run_data',
        path,
        noArrays: objectOnlyPositions(path),
      };
    }),
  );
}

/**
 * Positions of names that the database takes for an index as well, and RFC 6901 does not: -1, +0, 00. What has them must not
 * be an array; it is found by as many names of the path.
 */
export function objectOnlyPositions(path: readonly string[]): number[] {
  return path.flatMap((token, position) =>
    /^\s*[+-]?\d+$/.test(token) && !/^(0|[1-9]\d*)$/.test(token) ? [position] : [],
  );
}

/** SQL: the value of the row `run` at a pointer that is valid; null where there is none. */
export function valueAtPointer({ source, pointer }: JsonPointer, add: SqlParameters['add']): string {
  const path = pathOfPointer({ source, pointer })!;
  const json = source === 'response' ? 'run.response' : 'run.run_data';
  const tokens = add(path, 'text[]');
  const found = `${json} #> ${tokens}`;
  const positions = objectOnlyPositions(path);
  if (positions.length === 0) return `(${found})`;
  // The text is as long for hundreds of such names as for one: conditions repeat it.
  const isInArray = `EXISTS (SELECT FROM unnest(${add(positions, 'integer[]')}) AS position WHERE jsonb_typeof(${json} #> (${tokens})[:position]) = 'array')`;
  return `(CASE WHEN ${isInArray} THEN NULL ELSE ${found} END)`;
}

/**
 * SQL: the values of the row `run` at the pointers, as an array of JSON texts in the order of the pointers.
 * @param limit SQL: bytes of all of them; what goes beyond is left out, see {@link toRawJson}; null: nothing is
 */
export function valuesAtPointers(parameter: string, limit: string | null): string {
  const path = "ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))";
  const bytes = 'octet_length(text)';
  const value =
    limit === null
      ? 'text'
      : `CASE WHEN sum(${bytes}) OVER (ORDER BY number) <= ${limit} THEN text ELSE '!' || ${bytes} END`;
  return `(
    SELECT array_agg(value ORDER BY number) FROM (
      SELECT number, ${value} AS value FROM (
        SELECT number, CASE WHEN NOT EXISTS (
          SELECT FROM jsonb_array_elements(pointer -> 'noArrays') AS position
          WHERE jsonb_typeof(source.json #> (${path})[:position::integer]) = 'array'
        ) THEN (source.json #> ${path})::text END AS text
        FROM jsonb_array_elements(${parameter}) WITH ORDINALITY AS selected_pointer (pointer, number)
        CROSS JOIN LATERAL (
          SELECT CASE pointer ->> 'column' WHEN 'response' THEN run.response ELSE run.run_data END AS json
        ) AS source
      ) AS found
    ) AS limited)`;
}

/** The texts under the keys of their pointers. */
export function toPointerValues(
  pointers: readonly JsonPointer[],
  texts: readonly (string | null)[],
): ReadonlyMap<string, string | null> {
  return new Map(pointers.map((pointer, index) => [pointerKey(pointer), texts[index] ?? null]));
}

/**
 * JSON text from the database; null where there is nothing (no text, or none in it), or JSON's own null.
 * @throws GatewayError RESPONSE_TOO_LARGE for `!` and a number of bytes, which stand for a text that was left out
 */
export function toRawJson(text: string | null | undefined, maxBytes: number): RawJson | null {
  if (!text || text === 'null') return null;
  if (text.startsWith('!')) throw new GatewayError('RESPONSE_TOO_LARGE', { bytes: Number(text.slice(1)), maxBytes });
  return new RawJson(text);
}
