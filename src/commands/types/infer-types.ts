import { writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { type RequestBudget, unlimitedBudget } from '../../admission/request-budget.js';
import type { DatabaseConfig } from '../../config/config.js';
import { createOperatorStatements } from '../../database/connection/operator-statements.js';
import { findProjectOf } from '../../database/resources.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { RawJson } from '../../json/raw-json.js';
import { describeRuns } from '../../run-types/describe-runs.js';
import { createComparison } from '../../run-types/disagreements.js';
import { formOf } from '../../run-types/json-form.js';
import { isNestedTooDeep, maxLevels } from '../../run-types/nesting.js';
import { renderTypes } from '../../run-types/render-types.js';
import type { TypeLanguage } from '../../run-types/type-languages.js';
import { ReadScheduler } from '../../task-runs/batching/read-scheduler.js';
import { readLatestRuns } from '../../task-runs/lists/latest-runs.js';
import { ListReader } from '../../task-runs/lists/list-reader.js';
import { FieldGroup } from '../../task-runs/record/field-groups.js';
import type { TaskRunRecord } from '../../task-runs/record/records.js';
import { parseRunFilter } from '../../task-runs/scope/run-filter.js';
import { withConnection } from '../database/with-database.js';
import { findExisting } from '../grants/existing.js';
import { describeResource } from '../terminal-text.js';

export type TypedField = 'response' | 'submitted';

export interface TypesRequest {
  readonly taskId: string;
  readonly language: TypeLanguage;
  /** null: all revisions. */
  readonly revisionId: string | null;
  readonly runs: number;
  readonly fields: readonly TypedField[];
  /** Absolute; null: the output. */
  readonly file: string | null;
}

// limit | Database and files | JSON of the runs that `npm run types` reads | MiB | older runs are omitted and named
/** The limit for the JSON of all runs together; the inference takes a multiple of it. */
export const maxSampleBytes = 16 * 1024 * 1024;

export interface Outputs {
  readonly output: Writable;
  /** Gets the notes about the types if these go to a file. */
  readonly remarks: Writable;
}

/** Infers and writes the types. @throws Error if the task does not exist or has no usable runs */
export async function inferTypes(request: TypesRequest, { database }: DatabaseConfig, to: Outputs): Promise<void> {
  const { taskId, fields, file, language } = request;
  await withConnection({ ...database, poolSize: 1 }, async (dataSource) => {
    const task = await findExisting(dataSource, { type: 'task', id: taskId }, '--task');
    const path = { ...(await findProjectOf(dataSource, taskId)), taskId };
    const statements = await createOperatorStatements(dataSource, database);
    const { timeoutMs } = database;
    const reader = new ListReader(statements, new ReadScheduler({ connections: () => 1, timeoutMs }));
    const sampled = await sample(request, (budget) => {
      const { revisionId: taskRevisionId, runs } = request;
      const filter = parseRunFilter({ status: 'SUCCESS', taskRevisionId }, Date.now());
      const scope = { path, allRunsTaskIds: [taskId], ownRunsTaskIds: [], userId: null };
      const fieldGroups = fields.reduce<number>((groups, field) => groups | FieldGroup[field], FieldGroup.details);
      return readLatestRuns(reader, { scope, filter, selection: { fieldGroups, pointers: [] }, limit: runs }, budget);
    });
    const ofRevision = request.revisionId === null ? '' : ` of revision ${request.revisionId}`;
    if (sampled.texts.length === 0) {
      const faults = [
        ...(sampled.tooLarge.length > 0 ? [`larger than ${maxSampleBytes.toLocaleString('en')} bytes`] : []),
        ...(sampled.tooDeep.length > 0 ? [`nested deeper than ${maxLevels} levels`] : []),
      ];
      throw new Error(
        faults.length > 0
          ? `The JSON of each run is ${faults.join(' or ')}.`
          : `The ${describeResource(task)} has no successful run${ofRevision}.`,
      );
    }
    const notes = [`Types of the ${fields.join(' and ')} of the ${describeResource(task)}.`, ...describeRuns(sampled)];
    const source = await renderTypes(language, 'TypedRun', sampled.texts, notes);
    if (file === null) to.output.write(source);
    else {
      await writeFile(file, source);
      to.remarks.write(`${notes.join('\n')}\nThe types are in ${file}.\n`);
    }
  });

  async function sample({ fields }: TypesRequest, read: (budget: RequestBudget) => AsyncIterable<TaskRunRecord>) {
    const budget = unlimitedBudget({ callerId: '', timeoutMs: database.timeoutMs, maxBytes: maxSampleBytes });
    const texts: string[] = [];
    const tooLarge: string[] = [];
    const tooDeep: string[] = [];
    const runIdsByRevision = new Map<string, string[]>();
    const comparison = createComparison();
    for await (const run of read(budget)) {
      const text = textOf(run, fields);
      if (text === undefined) {
        tooLarge.push(run.id);
        continue;
      }
      const values: Record<string, unknown> = JSON.parse(text);
      if (Object.values(values).some(isNestedTooDeep)) {
        tooDeep.push(run.id);
        continue;
      }
      comparison.add(run.id, values);
      texts.push(formOf(text));
      const ofRevision = runIdsByRevision.get(run.taskRevisionId) ?? [];
      runIdsByRevision.set(run.taskRevisionId, ofRevision);
      ofRevision.push(run.id);
    }
    return { texts, tooLarge, tooDeep, runIdsByRevision, comparison };
  }
}

/** Returns the JSON of an object with the fields; undefined: it is too large. */
function textOf(run: TaskRunRecord, fields: readonly TypedField[]): string | undefined {
  const json = (value: RawJson | null) => value?.text ?? 'null';
  try {
    return `{${fields.map((field) => `"${field}":${json(run[field])}`).join(',')}}`;
  } catch (error) {
    if (error instanceof GatewayError && error.reason === 'RESPONSE_TOO_LARGE') return undefined;
    throw error;
  }
}
