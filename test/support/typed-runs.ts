// Tasks whose runs have JSON of every form, and the demo's, for what types are inferred from.

import type { DataSource } from 'typeorm';
import type { TypedField } from '../../src/commands/types/infer-types.js';
import { demoTasks } from '../../src/demo/data/demo-catalogue.js';
import { demoPlaces } from '../../src/demo/data/demo-places.js';
import { demoId } from '../../src/demo/data/ids.js';

const deep = `${'{"a":['.repeat(40)}1${']}'.repeat(40)}`;
const manyNames = JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`SKU-${n * 7919}`, n])));
const oddNames = [
  '',
  'a b',
  'a-b',
  'a_b',
  'class',
  'from',
  'None',
  'self',
  'obj',
  'result',
  'from_str',
  'to_dict',
  'List',
];
const moreOddNames = ['*/', '"', '\n', '\u2028', '😀', '日本', '1', 'Any', 'Array'];

const pythonNames = [
  'obj',
  'isinstance',
  'staticmethod',
  'from_dict',
  'to_dict',
  'from_str',
  'from_union',
  'from_none',
  '日本',
];
const namesOfPython = JSON.stringify(
  Object.fromEntries(pythonNames.map((name, index) => [name, [index, 'x', { y: 1 }][index % 3]])),
);

/** Responses of the runs of each task by its name, the oldest first. */
export const responseForms: Readonly<Record<string, readonly string[]>> = {
  texts: ['"one"', '"4711"', '"2026-01-01T00:00:00Z"', '"ünï\\u0001😀*/"'],
  nothing: ['null', 'null'],
  'an empty object': ['{}'],
  'lists on top': ['[{"a":1},{"b":"x"}]', '[]', '[1,"two",null,[3.5]]'],
  'empty lists': ['{"items":[]}', '{"items":[]}'],
  'mixed shapes': ['{"a":1}', '"{\\"a\\":1}"', '7', 'true', 'null', '[false]'],
  'absent and null': ['{"a":1,"b":"x"}', '{"a":null,"b":"y"}', '{"b":"z","c":{"d":[]}}'],
  'fractions without a rest': ['{"score":1.0,"n":1}', '{"score":0.0,"n":2}'],
  'numbers of many digits': ['{"n":12345678901234567890,"f":0.1234567890123456789}'],
  'odd names': [
    JSON.stringify(Object.fromEntries(oddNames.map((name, index) => [name, index % 2 ? 'x' : index]))),
    JSON.stringify(Object.fromEntries(moreOddNames.map((name, index) => [name, index % 2 ? ['x'] : { y: index }]))),
  ],
  'names of Python': [namesOfPython],
  'names of Python in some runs': [namesOfPython, '{"z":1}'],
  'names of the prototype': ['{"constructor":1,"toString":["x"],"hasOwnProperty":null}'],
  'one prototype': ['{"__proto__":{"a":1},"b":2}'],
  'names without end': [manyNames],
  'deep inside': [deep],
  'names of types': ['{"typedRun":{"a":1},"response":{"response":{"b":2}},"submitted":{"c":3},"string":{"d":"4"}}'],
};

export const idOfForm = (name: string) => demoId(`typed/${name}`);
const revisionId = demoId('typed/revision');

export async function arrangeResponseForms(dataSource: DataSource): Promise<void> {
  for (const [name, responses] of Object.entries(responseForms)) {
    await arrangeTask(dataSource, name);
    await arrangeRuns(dataSource, name, responses);
  }
}

export async function arrangeTask(dataSource: DataSource, name: string): Promise<void> {
  await dataSource.query('INSERT INTO task (id, project_id, name) VALUES ($1, $2, $3)', [
    idOfForm(name),
    demoPlaces.richRun.projectId,
    name,
  ]);
}

export interface RunOptions {
  readonly revision?: string;
  readonly isError?: boolean;
  /** Time of the first run; each of the others is a minute later. */
  readonly startMs?: number;
}

/** @returns the ids, the oldest first */
export async function arrangeRuns(
  dataSource: DataSource,
  name: string,
  responses: readonly (string | null)[],
  { revision = revisionId, isError = false, startMs = Date.parse('2026-10-01T00:00:00Z') }: RunOptions = {},
): Promise<string[]> {
  const ids = responses.map((_, index) => demoId(`typed/${name}/${startMs}/${isError}/${index}`));
  for (const [index, response] of responses.entries()) {
    await dataSource.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, is_error, input_tokens, output_tokens, total_tokens)
      VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, 1, 1, 2)`,
      [
        ids[index],
        idOfForm(name),
        revision,
        response,
        JSON.stringify({ submitted: { text: `${index}`, n: index } }),
        new Date(startMs + index * 60_000).toISOString(),
        isError,
      ],
    );
  }
  return ids;
}

/** Ids of these tasks and of the demo's. */
export const typedTaskIds = [...demoTasks.map(({ row }) => row.id), ...Object.keys(responseForms).map(idOfForm)];

/** The JSON texts that the types of a task are inferred from, each an object with the fields, as PostgreSQL has them. */
export async function typedJson(dataSource: DataSource, taskId: string, fields: readonly TypedField[], runs: number) {
  const rows: readonly Record<TypedField, string | null>[] = await dataSource.query(
    `SELECT response::text AS response, (run_data -> 'submitted')::text AS submitted FROM task_run
    WHERE task_id = $1 AND is_error IS NOT TRUE ORDER BY created DESC, id DESC LIMIT $2`,
    [taskId, runs],
  );
  return rows.map((row) => `{${fields.map((field) => `"${field}":${row[field] ?? 'null'}`).join(',')}}`);
}
