// The rows that both builds read: every visibility and role, runs in many forms, and values at the limits of columns.

import { createHash } from 'node:crypto';
import { createRandom } from './random.js';

const start = Date.UTC(2025, 2, 1);

/** Returns an id in the platform's form: 48 bits of milliseconds, then arbitrary digits. */
export function idOf(kind, number, milliseconds = start) {
  const digest = createHash('sha256').update(`${kind} ${number}`).digest('hex');
  const digits = milliseconds.toString(16).padStart(12, '0') + digest.slice(0, 20);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const orgs = [idOf('org', 0), idOf('org', 1)];
const projects = [0, 1, 2].map((number) => ({ id: idOf('project', number), orgId: orgs[number === 2 ? 1 : 0] }));
const tasks = [
  { project: 0, visibility: 'all_viewers', runs: 240 },
  { project: 0, visibility: 'owner_only', runs: 60 },
  { project: 0, visibility: 'editors_and_owners', runs: 60 },
  { project: 0, visibility: 'all_viewers', runs: 0 },
  { project: 1, visibility: 'all_viewers', runs: 60 },
  { project: 1, visibility: 'owner_only', runs: 0 },
  { project: 2, visibility: 'owner_only', runs: 30 },
].map((task, number) => ({ ...task, id: idOf('task', number) }));
/** The task of rows with rare but valid values. */
const rareTask = 3;
/** The task of rows whose sums overflow, separate from the tasks for other statistics. */
const extremeTask = 5;
const userIds = { editor: idOf('user', 0), viewer: idOf('user', 1), own: idOf('user', 2), stranger: idOf('user', 3) };
const users = Object.values(userIds);
const groups = ['Évaluation', 'Support', '報告 🧾', 'Billing', 'Billing'].map((name, number) => ({
  id: idOf('group', number),
  name,
  project: Math.max(0, number - 2),
}));
const revisions = [0, 1, 2].map((number) => idOf('revision', number));
const models = [0, 1].map((number) => idOf('model', number));
const references = ['order-1', 'order-2', '100%_off', 'Rückfrage – Müller', '', '🧾', 'x'.repeat(64)];
const contexts = ['context-1', 'context-2', 'Ärger', 'c'.repeat(64)];
const reasons = ['rate_limited', 'timeout', 'content filter: 100% of "quota"\nsecond line', 'ü'.repeat(1200)];
const words = ['alpha', 'naïve', 'Zürich', 'order 4711', '東京', '"quoted"', 'null', '<b>', '\u2028', '👩‍👩‍👧'];
const megabyte = 1_000_000;

/** Callers by name: the token's subject and confinement, and the tasks whose runs the caller may read. */
export const callers = {
  owner: { subject: 'owner', tasks: [0, 1, 2, 3, 4, 5] },
  editor: { subject: userIds.editor, tasks: [0, 1, 2, 3] },
  viewer: { subject: userIds.viewer, tasks: [0, 1, 2, 3] },
  own: { subject: userIds.own, tasks: [1, 2] },
  stranger: { subject: userIds.stranger, tasks: [1] },
  member: { subject: 'member', tasks: [4, 5, 6] },
  confined: { subject: 'owner', claims: { ext: { project_id: projects[1].id } }, tasks: [4, 5] },
  untraced: { subject: userIds.viewer, claims: { client_id: 'other' }, tasks: [0, 1, 2, 3] },
  confinedToTask: { subject: 'owner', audience: `https://runs.example/tasks/${tasks[1].id}`, tasks: [1] },
  expired: { subject: 'owner', isExpired: true, tasks: [0] },
  nobody: { subject: null, tasks: [0] },
};

const grants = [
  ['organization', orgs[0], 'user', 'owner', 'owner'],
  ['project', projects[0].id, 'user', userIds.editor, 'editor'],
  ['project', projects[0].id, 'user', userIds.viewer, 'viewer'],
  ['task', tasks[1].id, 'user', userIds.own, 'viewer'],
  ['task', tasks[2].id, 'user', userIds.own, 'viewer'],
  ['organization', orgs[1], 'user', 'member', 'viewer'],
  ['project', projects[1].id, 'organization', orgs[1], 'editor'],
];

/**
 * Returns all rows, the same for the same seed.
 * @param {number} seed
 */
export function createWorld(seed) {
  const random = createRandom(seed ^ 0x5eed);
  const runs = tasks.flatMap((task, number) =>
    Array.from({ length: task.runs }, (_, n) => createRun(number, n, random)),
  );
  const largeRuns = [
    { response: { text: 'é'.repeat(megabyte / 2) } },
    { response: 'r'.repeat(megabyte) },
    { run_data: { submitted: { text: '漢'.repeat(megabyte / 3) }, list: [] } },
  ].map((columns, n) => ({ ...createRun(0, 240 + n, random), ...columns }));
  const rareRuns = rareColumns.map((columns, n) => ({ ...createRun(rareTask, n, random), ...columns }));
  const extremeRuns = extremeColumns.map((columns, n) => ({ ...createRun(extremeTask, n, random), ...columns }));
  const allRuns = [...runs, ...largeRuns, ...rareRuns, ...extremeRuns];
  const files = allRuns.flatMap((run, n) => createFiles(run, n, random));
  return {
    ...{ orgs, projects, tasks, groups, revisions, models, users, references, contexts, reasons, words },
    grants,
    runs: allRuns,
    files,
    largeRunIds: largeRuns.map(({ id }) => id),
    /** The tasks with runs that the owner may read. One of these may be written. */
    liveTaskIds: tasks.filter((task) => task.runs > 0 && task.project < 2).map(({ id }) => id),
    /** The path and the runs of each task. */
    places: tasks.map((task) => ({
      orgId: projects[task.project].orgId,
      projectId: projects[task.project].id,
      taskId: task.id,
      runIds: allRuns.filter(({ task_id: id }) => id === task.id).map(({ id }) => id),
    })),
  };
}

function createRun(task, n, random) {
  const at = n < 10 ? start : start + n * 3_600_000 + task;
  const isError = random.pick([true, false, false, null]);
  const maybe = (percent, value) => (random.chance(percent) ? value() : null);
  return {
    id: idOf(`run of ${task}`, n, at),
    task_id: tasks[task].id,
    task_revision_id: random.pick(revisions),
    response: createResponse(n, isError, random),
    run_data: {
      ...(random.chance(80)
        ? { submitted: random.pick([{ n, text: random.pick(words) }, random.pick(words), [n], 7]) }
        : {}),
      files: [],
      deep: { 'a/b': { '~': [n, { label: `L${n}` }] } },
    },
    created: new Date(at).toISOString().replace('Z', `${String(n % 1000).padStart(3, '0')}Z`),
    input_tokens: random.integer(0, 5000),
    output_tokens: random.integer(0, 500),
    total_tokens: random.integer(0, 5500),
    input_processor_timing: maybe(70, () => random.integer(0, 1e6) / 1e7),
    llm_call_timing: maybe(80, () => random.integer(0, 90_000) / 1000),
    charged_credits: maybe(80, () => random.pick(['1.00', '0', '0.5', '12345678901234567890.123456789', `${n}.10`])),
    is_error: isError,
    llm_retries: random.pick([0, 0, 1, 2, null]),
    used_fallback_model: random.pick([true, false, false, null]),
    primary_failure_reason: maybe(30, () => random.pick(reasons)),
    fallback_llm_model_id: maybe(30, () => random.pick(models)),
    user_id: maybe(80, () => random.pick(users)),
    reporting_group_id: maybe(
      60,
      () => random.pick(groups.filter(({ project }) => project === tasks[task].project)).id,
    ),
    reference: maybe(50, () => random.pick(references)),
    context_id: maybe(60, () => random.pick(contexts)),
  };
}

function createResponse(n, isError, random) {
  if (isError) {
    const message = random.pick(['The model did not answer.', '', 'ä'.repeat(1500)]);
    return random.pick([{ detail: { message } }, { error: message }, { message }, message, { other: 1 }, null]);
  }
  const items = Array.from({ length: random.integer(0, 4) }, (_, i) => ({ label: `L${(n + i) % 7}`, score: i / 7 }));
  return random.pick([
    { label: `L${n % 5}`, n, text: random.pick(words), items, isLast: n % 2 === 0, nothing: null },
    { label: `L${n % 5}`, n: n / 4, items, 'a/b': [], '': { '': 1 } },
    random.pick(words),
    `${n}`,
    null,
  ]);
}

function createFiles({ id, created }, n, random) {
  const names = ['report.pdf', 'Übersicht 1%.csv', 'page.html', 'missing.bin', 'empty.txt'];
  const types = ['application/pdf', 'text/csv', 'text/html', 'application/octet-stream', 'text/plain; charset=latin1'];
  return random.some(names, n % 4).map((name, position) => ({
    task_run_id: id,
    position,
    name,
    content_type: types[names.indexOf(name)],
    size_bytes: contentOf(name)?.length ?? 10,
    direction: random.pick(['INPUT', 'OUTPUT']),
    storage_key: `compare/${names.indexOf(name)}`,
    created,
  }));
}

/** Returns the bytes of a file with this name, or `undefined` if the storage has none. */
export function contentOf(name) {
  if (name === 'missing.bin') return undefined;
  return name === 'empty.txt' ? '' : `${name}: ${'0123456789'.repeat(200)}`;
}

/** Columns of runs at the limits of readers, which override those of a usual run. */
const rareColumns = [
  {},
  { created: '9999-12-31T23:59:59.999999Z' },
  { created: '0001-01-01T00:00:00Z' },
  { llm_retries: 2 ** 31 - 1, is_error: false },
  { llm_retries: 2 ** 31 - 1, is_error: true },
  { input_tokens: 0, total_tokens: 2 ** 31 - 1 },
  { run_data: {} },
  { response: 0 },
  { response: false },
  { response: [] },
  { response: { __proto__: null, constructor: 'x', length: 3, '\u0001': '\\u0000' } },
  { user_id: null, reference: null, context_id: null, reporting_group_id: null, primary_failure_reason: null },
];

/** Columns with the largest and smallest values that they can hold, which override those of a usual run. */
const extremeColumns = [
  { charged_credits: '1e-30', llm_call_timing: 5e-324 },
  { charged_credits: `${'9'.repeat(60)}.${'9'.repeat(30)}`, llm_call_timing: 1.7976931348623157e308 },
];
