// Values inside a run's JSON at JSON Pointers (RFC 6901), extracted by the database.

import { column, type Fragment, sql } from '../../database/fragment.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { formatCount } from '../../format-count.js';
import { parsePointer } from '../../json/parse-pointer.js';
import { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';

/** The JSON of a run in which a pointer starts, named after the field that takes the pointer as an argument. */
export type PointerSource = 'response' | 'submitted' | 'runData' | 'runDataAt';

export interface JsonPointer {
  readonly source: PointerSource;
  readonly pointer: string;
  /** Whether the pointer leads to the run's model. */
  readonly isModel?: boolean;
}

/** Location of the model in the JSON of every run. */
export interface ModelPointer extends JsonPointer {
  readonly source: 'response' | 'runData';
  readonly isModel: true;
}

/** The predicate in the error for a string that is not a pointer. */
export const mustBePointer = `must be a JSON Pointer (RFC 6901), such as /items/0/label, of at most ${formatCount(limits.pointerLength.value)} characters`;

/** Returns the keys and indexes below the column `response` or `run_data`, or null if the string is not a pointer. */
export function pathOfPointer({ source, pointer }: JsonPointer): string[] | null {
  const tokens = parsePointer(pointer);
  return tokens && source === 'submitted' ? ['submitted', ...tokens] : tokens;
}

/** Returns a key that identifies the value within its run. */
export function pointerKey({ source, pointer, isModel = false }: JsonPointer): string {
  return isModel ? modelKey : `${source} ${pointer}`;
}

/** The model's {@link pointerKey}. */
export const modelKey = 'model';

/** Returns the pointers as the parameter for {@link valuesAtPointers}. Null, which costs nothing, if there are no pointers. */
export function toPointerParameter(pointers: readonly JsonPointer[]): string | null {
  if (pointers.length === 0) return null;
  return JSON.stringify(
    pointers.map((pointer) => {
      const path = pathOfPointer(pointer)!;
      return {
        column: pointer.source === 'response' ? 'response' : 'run_data',
        path,
        noArrays: objectOnlyPositions(path),
        ...(pointer.isModel && { isModel: true }),
      };
    }),
  );
}

/**
 * Returns the positions of names such as -1, +0 and 00, which the database, unlike RFC 6901, would also use as array
 * indexes. The value to which such a name is applied must not be an array.
 */
export function objectOnlyPositions(path: readonly string[]): number[] {
  return path.flatMap((token, position) =>
    /^\s*[+-]?\d+$/.test(token) && !/^(0|[1-9]\d*)$/.test(token) ? [position] : [],
  );
}

/** Returns SQL for the value of the row `run` at a valid pointer, null if it does not exist. */
export function valueAtPointer({ source, pointer }: JsonPointer, add: SqlParameters['add']): string {
  const path = pathOfPointer({ source, pointer })!;
  const json = source === 'response' ? 'run.response' : 'run.run_data';
  const tokens = add(path, 'text[]');
  const found = `${json} #> ${tokens}`;
  const positions = objectOnlyPositions(path);
  if (positions.length === 0) return `(${found})`;
  // Conditions repeat this SQL, so its length must not depend on the number of such names.
  const isInArray = `EXISTS (SELECT FROM unnest(${add(positions, 'integer[]')}) AS position WHERE jsonb_typeof(${json} #> (${tokens})[:position]) = 'array')`;
  return `(CASE WHEN ${isInArray} THEN NULL ELSE ${found} END)`;
}

/** Returns SQL for the model of the row `run` as text, null if the run has no model. */
export function modelAtPointer(pointer: ModelPointer, add: SqlParameters['add']): string {
  return `(${modelOf(valueAtPointer(pointer, add))})`;
}

/** Returns SQL for a JSON value as a model text. Only a string that is not too long is a model. */
function modelOf(value: string): string {
  return `CASE WHEN jsonb_typeof(${value}) = 'string' AND char_length(${value} #>> '{}') <= ${limits.modelLength.value} THEN ${value} #>> '{}' END`;
}

/**
 * Returns SQL for the values of the row `run` at the pointers, as an array of JSON strings in the same order.
 * @param isMasked whether payload may be withheld from the row, in which case the model comes from {@link
 * storedColumns}
 * @param limit byte limit for all values together, beyond which they are omitted (see {@link toRawJson}); null for no
 * limit
 */
export function valuesAtPointers(pointers: Fragment, limit: Fragment | null, isMasked: boolean): Fragment {
  const path = "ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))";
  const found = `(source.json #> ${path})`;
  const bytes = 'octet_length(text)';
  const value =
    limit === null
      ? 'text'
      : sql`CASE WHEN sum(${bytes}) OVER (ORDER BY number) <= ${limit} THEN text ELSE '!' || ${bytes} END`;
  const json = isMasked
    ? sql`CASE WHEN pointer ? 'isModel' THEN ${sourceOf(storedColumns)} ELSE ${sourceOf(visibleColumns)} END`
    : sourceOf(visibleColumns);
  return sql`(
    SELECT array_agg(value ORDER BY number) FROM (
      SELECT number, ${value} AS value FROM (
        SELECT number, CASE WHEN NOT EXISTS (
          SELECT FROM jsonb_array_elements(pointer -> 'noArrays') AS position
          WHERE jsonb_typeof(source.json #> (${path})[:position::integer]) = 'array'
        ) THEN CASE WHEN pointer ? 'isModel' THEN to_json(${modelOf(found)})::text ELSE ${found}::text END END AS text
        FROM jsonb_array_elements(${pointers}) WITH ORDINALITY AS selected_pointer (pointer, number)
        CROSS JOIN LATERAL (
          SELECT ${json} AS json
        ) AS source
      ) AS found
    ) AS limited)`;
}

const visibleColumns = { response: 'response', runData: 'run_data' } as const;

/**
 * Columns that contain the complete JSON of a row whose payload may be withheld. They are needed because the model
 * counts as usage.
 */
export const storedColumns = { response: 'storedResponse', runData: 'storedRunData' } as const;

function sourceOf({ response, runData }: Readonly<Record<'response' | 'runData', string>>): Fragment {
  return sql`CASE pointer ->> 'column' WHEN 'response' THEN ${column('run', response)} ELSE ${column('run', runData)} END`;
}

/** Returns the JSON text of each value by the key of its pointer. */
export function toPointerValues(
  pointers: readonly JsonPointer[],
  texts: readonly (string | null)[],
): ReadonlyMap<string, string | null> {
  return new Map(pointers.map((pointer, index) => [pointerKey(pointer), texts[index] ?? null]));
}

/**
 * Returns the JSON text from the database, or null for missing or empty text and for JSON null.
 * @throws GatewayError RESPONSE_TOO_LARGE for `!` followed by a number of bytes, which represents omitted text
 */
export function toRawJson(text: string | null | undefined, maxBytes: number): RawJson | null {
  if (!text || text === 'null') return null;
  if (text.startsWith('!')) throw new GatewayError('RESPONSE_TOO_LARGE', { bytes: Number(text.slice(1)), maxBytes });
  return new RawJson(text);
}
