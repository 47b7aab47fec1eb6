// The parts of a projection: columns of a row `run`, which contains the columns that the projection reads and the facts
// that the statement adds.

import {
  column,
  columnsOfRow,
  type Fragment,
  join,
  type NamedColumn,
  over,
  raw,
  rowsOf,
  sql,
} from '../../database/fragment.js';
import { columnValue } from '../../database/json-object.js';
import { limits } from '../../limits.js';
import { coreProperties, FieldGroup, type FieldGroups, failureGroups } from './field-groups.js';
import { valuesAtPointers } from './json-pointer.js';
import { type JsonColumn, previews } from './previews.js';
import { smallColumns } from './run-columns.js';

/** The parts of a run that its row selects. */
export interface RowSelection {
  /** Returns whether the row selects any of these field groups. If omitted, the row selects all of them. */
  readonly isSelected?: (fieldGroups: FieldGroups) => Fragment;
  /** The row's JSON Pointers, from `toPointerParameter`, or null if it has no pointers. */
  readonly pointers?: Fragment | null;
}

export interface ProjectionOptions extends RowSelection {
  readonly fieldGroups: FieldGroups;
  /**
   * The same selection over the rows around the table of runs, where its JSON is counted. Defaults to the same
   * fragments.
   */
  readonly keySelection?: RowSelection;
  /** Whether the JSON of a row `run` is omitted; defaults to false. */
  readonly omitsJson?: Fragment;
  /** Whether the pointers may include the model, which does not count towards byte limits. */
  readonly hasModel?: boolean;
  /** Whether payload may be withheld from the rows `run`, in which case the model comes from the stored columns. */
  readonly isMasked?: boolean;
  /** Preview length for a row `run`, or null if there are no previews. */
  readonly previewLength?: Fragment | null;
  /** Whether the runs' task is selected, because the requested path lacks it. */
  readonly includesTaskId?: boolean;
  /** Columns that the statement adds to the rows `run` and returns with each run. */
  readonly returnedFacts: readonly string[];
}

/** A FROM item without an alias, and the columns that it adds to its rows. */
interface ExtendedRows {
  readonly sql: Fragment;
  readonly columns: readonly string[];
}

const texts = [
  [FieldGroup.response, 'response', sql`${column('run', 'response')}::text`, 'response'],
  [FieldGroup.runData, 'runData', sql`${column('run', 'run_data')}::text`, 'run_data'],
  [FieldGroup.submitted, 'submitted', sql`(${column('run', 'run_data')} -> 'submitted')::text`, 'run_data'],
] as const;

/** Returns the byte size of a column's JSON text. A trigger stores it; for older rows it is computed. */
const jsonBytesOf = (name: JsonColumn) =>
  sql`coalesce(${column('run', `${name}_bytes`)}, octet_length(${column('run', name)}::text), 0)`;

/** Length of the response's JSON text, null if there is no response. Short text is compared with `null`. */
const responseBytes = sql`CASE WHEN ${column('run', 'response_bytes')} > 4 THEN ${column('run', 'response_bytes')} ELSE octet_length(nullif(${column('run', 'response')}, 'null')::text) END`;

const jsonSources = [
  [FieldGroup.response | FieldGroup.responseBytes | FieldGroup.responsePreview | failureGroups, 'response'],
  [FieldGroup.runData | FieldGroup.submitted | FieldGroup.submittedPreview, 'run_data'],
] as const;

/** Groups that come from JSON columns. Reading part of a column costs as much as reading all of it. */
export const jsonGroups: FieldGroups = jsonSources.reduce<FieldGroups>(
  (all, [fieldGroups]) => all | fieldGroups,
  FieldGroup.none,
);

const smallValues = smallColumns.map(
  (entityColumn): NamedColumn => [
    entityColumn.propertyName,
    columnValue(entityColumn, column('run', entityColumn.databaseName)),
  ],
);
const coreValues = smallValues.filter(([property]) => (coreProperties as readonly string[]).includes(property));

const totalBefore = 'before';
const limitColumn = 'byteLimit';
const previewedBytes = 'previewedBytes';

export class ProjectionParts {
  readonly fieldGroups: FieldGroups;
  readonly isSelected: (fieldGroups: FieldGroups) => Fragment;
  /** The columns that these parts read, over a row `run` of the table of runs. */
  readonly columns: readonly NamedColumn[];
  readonly #properties: readonly NamedColumn[];
  readonly #options: ProjectionOptions;
  readonly #omitsJson: Fragment;
  readonly #pointers: Fragment | null;

  constructor(options: ProjectionOptions) {
    const { fieldGroups, isSelected = () => raw('true'), omitsJson = raw('false'), pointers = null } = options;
    this.#options = options;
    this.fieldGroups = fieldGroups;
    this.isSelected = isSelected;
    this.#omitsJson = omitsJson;
    this.#pointers = pointers;
    this.#properties = (fieldGroups & FieldGroup.details ? smallValues : coreValues).filter(
      ([name]) => options.includesTaskId === true || name !== 'taskId',
    );
    const stored = this.#sources().flatMap(([, name]) => [name, `${name}_bytes`]);
    this.columns = [
      ...this.#properties,
      ...columnsOfRow('run', fieldGroups & failureGroups ? [...stored, 'is_error'] : stored),
    ];
  }

  /** Returns the small columns, the facts returned with them, and the length of the response. */
  scalars(): NamedColumn[] {
    const names = [...this.#properties.map(([name]) => name), ...this.#options.returnedFacts];
    return [
      ...columnsOfRow('run', names),
      ...this.#ifRequested(FieldGroup.responseBytes, [
        'responseBytes',
        this.#ifSelected(FieldGroup.responseBytes, responseBytes),
      ]),
    ];
  }

  /** @param byteLimit SQL for the limit on the JSON of all rows, beyond which it is omitted; null for no limit */
  jsonTexts(byteLimit: string | null): NamedColumn[] {
    return texts.flatMap(([group, name, text, source]) => {
      const value = byteLimit === null ? text : this.#withinByteLimit(text, source, byteLimit);
      return this.#ifRequested(group, [name, this.#ifSelected(group, value)]);
    });
  }

  /** Returns the previews or, beyond the limit of a page, the byte size of their JSON as numbers. */
  previews(): NamedColumn[] {
    return this.#previews().map(({ part, name, text, source, lengthFor }): NamedColumn => {
      const preview = sql`to_json(left(${text}, ${lengthFor(this.#options.previewLength ?? null)}))`;
      const isWithinLimit = sql`${column('run', previewedBytes)} <= ${String(limits.previewedBytes.value)}`;
      const value = sql`CASE WHEN ${isWithinLimit} THEN ${preview} ELSE to_json(${jsonBytesOf(source)}) END`;
      return [name, this.#ifSelected(part, value)];
    });
  }

  /** Returns the values at JSON Pointers. @param byteLimit see {@link jsonTexts} */
  pointerValues(byteLimit: string | null): NamedColumn[] {
    if (this.#pointers === null) return [];
    const pointers = sql`CASE WHEN NOT ${this.#omitsJson} THEN ${this.#pointers} END`;
    const limit = byteLimit === null ? null : column('run', limitColumn);
    return [['pointerValues', valuesAtPointers(pointers, limit, this.#options.isMasked === true)]];
  }

  /** Returns the byte size of the JSON read from a row `run`, or null if none is read. */
  jsonBytes(): Fragment | null {
    const { isSelected = this.isSelected, pointers = this.#pointers } = this.#options.keySelection ?? {};
    const counted = pointers && this.#countedPointers(pointers);
    const bytes = this.#sources().map(([groups, source]) => {
      const [failures, others] = [
        groups & this.fieldGroups & failureGroups,
        groups & this.fieldGroups & ~failureGroups,
      ];
      const reasons = [
        ...(others ? [isRead(others, isSelected)] : []),
        ...(failures ? [isRead(failures, isSelected)] : []),
        ...(counted === null ? [] : [counted.exist]),
      ];
      // The value at each pointer may be nearly as large as the whole column.
      const factor = counted === null ? '' : sql` * greatest(1, jsonb_array_length(${counted.pointers}))`;
      return sql`CASE WHEN ${join(reasons, ' OR ')} THEN ${jsonBytesOf(source)}::bigint${factor} ELSE 0 END`;
    });
    return bytes.length === 0 ? null : join(bytes, ' + ');
  }

  /** Adds the byte limit, and the byte size of JSON in the preceding rows. @param rows SQL */
  withBytesBefore(rows: string, byteLimit: string): ExtendedRows {
    const counted = [
      ...(this.fieldGroups & FieldGroup.response ? [limitedBytes('response', byteLimit)] : []),
      ...(this.fieldGroups & (FieldGroup.runData | FieldGroup.submitted) ? [limitedBytes('run_data', byteLimit)] : []),
    ];
    const bytes = over([rowsOf('run', this.columns)], counted.length === 0 ? raw('0') : join(counted, ' + '));
    return {
      sql: sql`(SELECT *, ${byteLimit} AS "${limitColumn}", coalesce(sum(${bytes}) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS ${totalBefore}
  FROM ${rows} AS run)`,
      columns: [limitColumn, totalBefore],
    };
  }

  /** Adds the running total of JSON bytes read for previews. @param facts the columns added by the statement */
  withPreviewedBytes(rows: Fragment | string, facts: readonly string[]): ExtendedRows {
    const bytes = this.#previews().map(
      ({ part, source }) => sql`coalesce(${this.#ifSelected(part, jsonBytesOf(source))}, 0)`,
    );
    if (bytes.length === 0) return { sql: sql`${rows}`, columns: [] };
    const total = over([rowsOf('run', this.columns, facts)], join(bytes, ' + '));
    return {
      sql: sql`(SELECT *, sum(${total}) OVER (ROWS UNBOUNDED PRECEDING) AS "${previewedBytes}" FROM ${rows} AS run)`,
      columns: [previewedBytes],
    };
  }

  #previews() {
    return previews.filter(({ part }) => this.fieldGroups & part);
  }

  /** Returns the JSON columns to read. */
  #sources() {
    return jsonSources.filter(([groups]) => this.#pointers !== null || this.fieldGroups & groups);
  }

  /**
   * Returns the pointers whose values count, and whether there are any. The model does not count, since it is the only
   * part of its JSON that callers get.
   */
  #countedPointers(all: Fragment): { readonly pointers: Fragment; readonly exist: Fragment } {
    if (!this.#options.hasModel) return { pointers: all, exist: sql`${all} IS NOT NULL` };
    const pointers = sql`jsonb_path_query_array(${all}, '$[*] ? (!exists(@.isModel))')`;
    return { pointers, exist: sql`jsonb_array_length(${pointers}) > 0` };
  }

  #ifRequested(groups: FieldGroups, named: NamedColumn): NamedColumn[] {
    return this.fieldGroups & groups ? [named] : [];
  }

  #ifSelected(groups: FieldGroups, value: Fragment): Fragment {
    return sql`CASE WHEN ${isRead(groups, this.isSelected)} AND NOT ${this.#omitsJson} THEN ${value} END`;
  }

  #withinByteLimit(text: Fragment, source: JsonColumn, byteLimit: string): Fragment {
    const before = column('run', totalBefore);
    const bytesBefore =
      source === 'run_data' && this.fieldGroups & FieldGroup.response
        ? sql`${before} + ${limitedBytes('response', byteLimit)}`
        : before;
    const bytes = jsonBytesOf(source);
    return sql`CASE WHEN ${bytesBefore} + ${bytes} <= ${column('run', limitColumn)} THEN ${text} ELSE '!' || ${bytes} END`;
  }
}

/** Limits messages and failure kinds to failed runs, so that no other response is inspected for them. */
function isRead(groups: FieldGroups, isSelected: (groups: FieldGroups) => Fragment): Fragment {
  return groups & ~failureGroups ? isSelected(groups) : sql`${isSelected(groups)} AND ${column('run', 'is_error')}`;
}

/** Returns the bytes that count. A column that exceeds the limit on its own is omitted in any case. */
function limitedBytes(source: JsonColumn, byteLimit: string): Fragment {
  return sql`CASE WHEN ${jsonBytesOf(source)} <= ${byteLimit} THEN ${jsonBytesOf(source)} ELSE 0 END`;
}
