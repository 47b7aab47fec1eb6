// Maps columns of a run to fields of a file's rows, according to the --map file and the defaults.

import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { columnsOf, type EntityColumn } from '../../database/entity-columns.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { parsePointer } from '../../json/parse-pointer.js';
import { sliceChildren } from '../json-slices.js';

/** A conversion of a field's text. */
export type Conversion = 'uuid' | 'seconds' | 'milliseconds';

/** The source of a column: a constant as JSON text, or a field followed by keys and indexes into it. */
export type ColumnSource =
  | { readonly constant: string }
  | { readonly path: readonly [string, ...string[]]; readonly conversion: Conversion | null };

export interface RunColumnSource {
  readonly column: EntityColumn;
  readonly source: ColumnSource;
}

export interface FieldMap {
  readonly columns: readonly RunColumnSource[];
  readonly files: ColumnSource;
  /** The sources of columns, and additional fields of exports. */
  readonly fields: ReadonlySet<string>;
}

const runColumns = columnsOf(TaskRunEntity);
const columnNames = [...runColumns.map(({ databaseName }) => databaseName), 'files'];

/**
 * Fields of our exports that are not columns. Columns already contain their data: the group is in `reporting_group_id`,
 * and the model in the run's JSON.
 */
const furtherFields = ['deleted', 'reporting_group', 'model'];

const typesOf: Readonly<Record<Conversion, readonly string[]>> = {
  uuid: ['uuid'],
  seconds: ['timestamptz', 'double precision'],
  milliseconds: ['timestamptz', 'double precision'],
};
const conversions = Object.keys(typesOf) as Conversion[];

/** Parses the JSON text of a map. @throws Error that lists all faults */
export function parseFieldMap(text: string): FieldMap {
  const faults: string[] = [];
  const mapped = new Map<string, ColumnSource>();
  for (const [name, json] of membersOf(text)) {
    if (!columnNames.includes(name)) {
      faults.push(`"${name}" is not a column. The columns are ${columnNames.join(', ')}.`);
      continue;
    }
    const source = parseSource(name, json);
    if (typeof source === 'string') faults.push(`"${name}" ${source}.`);
    else mapped.set(name, source);
  }
  if (faults.length > 0) throw new Error(`The map is invalid:\n- ${faults.join('\n- ')}`);
  return toFieldMap(mapped);
}

/** The map that reads each column from the field with the same name. */
export const plainFieldMap = toFieldMap(new Map());

function toFieldMap(mapped: ReadonlyMap<string, ColumnSource>): FieldMap {
  const sourceOf = (name: string): ColumnSource => mapped.get(name) ?? { path: [name], conversion: null };
  const sources = columnNames.map(sourceOf);
  return {
    columns: runColumns.map((column) => ({ column, source: sourceOf(column.databaseName) })),
    files: sourceOf('files'),
    fields: new Set([...furtherFields, ...sources.flatMap((source) => ('path' in source ? source.path[0] : []))]),
  };
}

function membersOf(text: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The map is not JSON: ${(error as Error).message}`);
  }
  if (!isJsonObject(value)) throw new Error('The map must be a JSON object from columns to fields.');
  return sliceChildren(text);
}

/** Returns the source, or the predicate of a sentence about a fault. */
function parseSource(name: string, json: string): ColumnSource | string {
  const value: unknown = JSON.parse(json);
  if (typeof value === 'string') return fieldSource(value, null);
  const forms = `a field's name, a JSON Pointer, {"value": …}, {"uuid": …}, {"seconds": …} or {"milliseconds": …}`;
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  const [kind, field] = entries[0] ?? [];
  if (entries.length !== 1) return `must be ${forms}`;
  if (kind === 'value') return { constant: sliceChildren(json).get('value')! };
  const conversion = conversions.find((candidate) => candidate === kind);
  if (conversion === undefined || typeof field !== 'string') return `must be ${forms}`;
  const type = runColumns.find(({ databaseName }) => databaseName === name)?.type ?? '';
  if (!typesOf[conversion].includes(type)) return `cannot be {"${conversion}": …}, because the column has another type`;
  return fieldSource(field, conversion);
}

function fieldSource(field: string, conversion: Conversion | null): ColumnSource | string {
  const path = field.startsWith('/') ? parsePointer(field) : [field];
  if (path === null) return `has a malformed JSON Pointer: ${JSON.stringify(field)}`;
  return { path: path as [string, ...string[]], conversion };
}
