// Runs backed by the arrays in a statement's row. A page has up to a hundred runs, and only a few properties of each
// are read, once: creating an object per run would cost more than all of those reads.

import type { JsonColumns } from '../../database/json-object.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { RawJson } from '../../json/raw-json.js';
import type { ScopePath } from '../columns/run-path.js';
import type { RunSelection } from './field-groups.js';
import { modelKey, toPointerValues, toRawJson } from './json-pointer.js';
import { payloadForbidden, withheldColumn } from './payload.js';
import type { ReportingGroupRecord, StoredFile, TaskRunRecord, Withheld } from './records.js';
import { smallColumns } from './run-columns.js';
import { columnReader } from './stored-value.js';

/** A row of a `RunProjection`. */
export interface RunsRow {
  /** The values of all runs as arrays, by property. In the `single` layout, the values of the only run. */
  readonly runs: Readonly<Record<string, unknown>>;
  readonly groups?: JsonColumns<ReportingGroupRecord> | readonly ReportingGroupRecord[] | null;
  readonly files?: JsonColumns<StoredFile> | readonly StoredFile[] | null;
  /** JSON text, one line per run. */
  readonly response?: string | null;
  readonly runData?: string | null;
  readonly submitted?: string | null;
}

/** The request for which a run was read. */
export interface RunRequest {
  /** The requested path, without a task if runs from several tasks are read. The rows then contain the task. */
  readonly path: ScopePath;
  /** The projects of the tasks, if runs of several projects are read. */
  readonly projectIdByTask?: ReadonlyMap<string, string>;
  readonly selection: RunSelection;
  /** Byte limit for JSON in the response, reported in the errors for omitted values. */
  readonly maxBytes: number;
  /** Returns why a task's payload is withheld. Omitted if no payload is withheld. */
  readonly withheldOf?: (taskId: string) => Withheld;
}

/**
 * Returns the runs in a row, with null at the index of each nonexistent run. Returns an empty array for a row without
 * runs.
 */
export function toRuns(row: RunsRow, requestOf: (index: number) => RunRequest): (TaskRunRecord | null)[] {
  const column = columnReaderOf(row);
  const ids = column('id');
  if (ids === undefined) return [];
  const previews = (name: string) => column<string | number | null>(name)?.slice();
  const columns: RunColumns = {
    values: smallColumns.map(({ propertyName }) => column(propertyName)),
    response: row.response?.split('\n'),
    runData: row.runData?.split('\n'),
    submitted: row.submitted?.split('\n'),
    responseBytes: column('responseBytes'),
    // Other requests may read the same row and omit different values.
    responsePreview: previews('responsePreview'),
    submittedPreview: previews('submittedPreview'),
    failureMessage: previews('failureMessage'),
    failure: previews('failure'),
    pointerValues: column('pointerValues'),
    isWithheld: column(withheldColumn),
  };
  return ids.map((id, index) =>
    id === null ? null : (new ColumnarRun(columns, index, requestOf(index)) as unknown as TaskRunRecord),
  );
}

/** Returns a property's values, one per run in a row, or undefined if it was not selected or there are no runs. */
export function columnReaderOf({ runs }: RunsRow): <Value>(name: string) => readonly Value[] | undefined {
  const { id } = runs;
  if (id === null) return () => undefined;
  if (Array.isArray(id)) return <Value>(name: string) => runs[name] as readonly Value[] | undefined;
  return <Value>(name: string) => {
    const value = runs[name];
    return value === undefined ? undefined : [value as Value];
  };
}

interface RunColumns {
  /** The values of `smallColumns`, in the same order. */
  readonly values: readonly (readonly unknown[] | undefined)[];
  readonly response: string[] | undefined;
  readonly runData: string[] | undefined;
  readonly submitted: string[] | undefined;
  readonly responseBytes: readonly (number | null)[] | undefined;
  /** A number is the byte size of omitted JSON. */
  readonly responsePreview: (string | number | null)[] | undefined;
  readonly submittedPreview: (string | number | null)[] | undefined;
  readonly failureMessage: (string | number | null)[] | undefined;
  readonly failure: (string | number | null)[] | undefined;
  readonly pointerValues: readonly ((string | null)[] | null)[] | undefined;
  /** Whether each run's payload is withheld. If undefined, all payload is withheld if the request withholds any. */
  readonly isWithheld: readonly boolean[] | undefined;
}

const indexOf = (property: string) => smallColumns.findIndex(({ propertyName }) => propertyName === property);
const [idIndex, taskIdIndex, isErrorIndex] = ['id', 'taskId', 'isError'].map(indexOf) as [number, number, number];

/**
 * Reading a small property that was not selected throws, whereas unselected JSON is null. Other runs in the same
 * columns, possibly of other callers, are unreachable from outside.
 */
class ColumnarRun {
  readonly #columns: RunColumns;
  readonly #index: number;
  readonly #request: RunRequest;
  #pointerValues: ReadonlyMap<string, string | null> | undefined;

  constructor(columns: RunColumns, index: number, request: RunRequest) {
    this.#columns = columns;
    this.#index = index;
    this.#request = request;
  }

  static {
    for (const [position, column] of smallColumns.entries()) {
      if (column.propertyName === 'taskId') continue;
      const read = columnReader(column);
      const get = read
        ? function (this: ColumnarRun) {
            return read(this.#columns.values[position]![this.#index] as string);
          }
        : function (this: ColumnarRun) {
            return this.#columns.values[position]![this.#index];
          };
      Object.defineProperty(ColumnarRun.prototype, column.propertyName, { get });
    }
  }

  get orgId(): string {
    return this.#request.path.orgId;
  }
  get projectId(): string {
    return this.#request.path.projectId ?? this.#request.projectIdByTask!.get(this.taskId)!;
  }
  get taskId(): string {
    return this.#request.path.taskId ?? (this.#columns.values[taskIdIndex]![this.#index] as string);
  }
  get withheld(): Withheld | null {
    const { withheldOf } = this.#request;
    const { isWithheld } = this.#columns;
    if (withheldOf === undefined || (isWithheld !== undefined && !isWithheld[this.#index])) return null;
    return withheldOf(this.taskId);
  }
  /** The payload columns. @throws GatewayError PERMISSION_CHECK_FAILED if they are withheld */
  get #payload(): RunColumns {
    const { withheld } = this;
    if (withheld === null) return this.#columns;
    const { orgId, projectId, taskId } = this;
    throw payloadForbidden(
      { orgId, projectId, taskId, id: this.#columns.values[idIndex]![this.#index] as string },
      withheld,
    );
  }
  get response(): RawJson | null {
    return toRawJson(this.#payload.response?.[this.#index], this.#request.maxBytes);
  }
  get runData(): RawJson | null {
    return toRawJson(this.#payload.runData?.[this.#index], this.#request.maxBytes);
  }
  get submitted(): RawJson | null {
    return toRawJson(this.#payload.submitted?.[this.#index], this.#request.maxBytes);
  }
  get responseBytes(): number | null {
    return this.#payload.responseBytes?.[this.#index] ?? null;
  }
  get responsePreview(): string | null {
    return this.#previewIn(this.#payload.responsePreview);
  }
  get submittedPreview(): string | null {
    return this.#previewIn(this.#payload.submittedPreview);
  }
  get status(): TaskRunRecord['status'] {
    return this.#columns.values[isErrorIndex]![this.#index] ? 'FAIL' : 'SUCCESS';
  }
  get failureMessage(): string | null {
    return this.#previewIn(this.#payload.failureMessage);
  }
  get failure(): string | null {
    return this.#previewIn(this.#payload.failure);
  }
  get model(): string | null {
    const texts = this.#columns.pointerValues?.[this.#index];
    if (!texts) return null;
    const { pointers } = this.#request.selection;
    const json = toRawJson(toPointerValues(pointers, texts).get(modelKey), this.#request.maxBytes);
    return json && JSON.parse(json.text);
  }
  get pointerValues(): ReadonlyMap<string, string | null> | undefined {
    const texts = this.#payload.pointerValues?.[this.#index];
    if (texts) this.#pointerValues ??= toPointerValues(this.#request.selection.pointers, texts);
    return this.#pointerValues;
  }

  #previewIn(column: RunColumns['responsePreview']): string | null {
    const preview = column?.[this.#index] ?? null;
    if (typeof preview !== 'number') return preview;
    throw new GatewayError('RESPONSE_TOO_LARGE', { bytes: preview, maxBytes: this.#request.maxBytes });
  }

  #previews(): RunColumns['responsePreview'][] {
    const { responsePreview, submittedPreview, failureMessage, failure } = this.#columns;
    return [responsePreview, submittedPreview, failureMessage, failure];
  }

  /** Returns this run's JSON text in the columns of its statement. */
  #texts(): [(string | null)[], index: number][] {
    const { response, runData, submitted, pointerValues } = this.#columns;
    const texts: [(string | null)[], number][] = [];
    for (const column of [response, runData, submitted]) if (column?.[this.#index]) texts.push([column, this.#index]);
    const pointerTexts = pointerValues?.[this.#index] ?? [];
    for (const index of pointerTexts.keys()) if (pointerTexts[index]) texts.push([pointerTexts, index]);
    return texts;
  }

  static jsonBytesOf(run: TaskRunRecord): number {
    if (!(run instanceof ColumnarRun)) return 0;
    const { response, runData, submitted, pointerValues } = run.#columns;
    let bytes = 0;
    for (const column of [response, runData, submitted, ...run.#previews()]) {
      const text = column?.[run.#index];
      if (typeof text === 'string') bytes += Buffer.byteLength(text);
    }
    for (const text of pointerValues?.[run.#index] ?? []) bytes += text === null ? 0 : Buffer.byteLength(text);
    return bytes;
  }

  static omitJson(run: TaskRunRecord): void {
    if (!(run instanceof ColumnarRun)) return;
    for (const [texts, index] of run.#texts()) texts[index] = `!${Buffer.byteLength(texts[index]!)}`;
    for (const column of run.#previews()) {
      const preview = column?.[run.#index];
      if (typeof preview === 'string') column![run.#index] = Buffer.byteLength(preview);
    }
  }
}

/** `jsonBytesOf` returns the bytes of JSON read with a run; `omitJson` drops them. */
export const { jsonBytesOf, omitJson } = ColumnarRun;
