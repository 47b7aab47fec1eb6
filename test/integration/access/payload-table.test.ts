// The payload of runs for which a caller sees only the usage, through every entry point and for each payload field.

import { runParts } from '../../../src/task-runs/columns/payload.js';
import { requestEntities } from '../../support/entities.js';
import { eventsOf } from '../../support/event-stream-client.js';
import { amount } from '../../support/generated.js';
import type { GraphqlErrorResponse, GraphqlResponse } from '../../support/graphql-client.js';
import { arrangePayloadWorld, createdOf, payloadWorld, secrets, worldRuns } from '../../support/payload-world.js';
import type { ChangeNode, RestChange, RestRun, ToolMessage } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';
import { untilSettled } from '../../support/until-settled.js';

const { orgId, projectId, tasks, sharedTask, executor, viewerToo, ofTasks, owner, absent } = payloadWorld;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;

/** Each payload field, without arguments and with each of its arguments. */
const payloadFields: Readonly<Record<string, string>> = {
  response: 'response',
  'response at a path': 'response(path: "/category")',
  responseText: 'responseText',
  responsePreview: 'responsePreview',
  'responsePreview with a length': 'responsePreview(length: 2)',
  responseBytes: 'responseBytes',
  runData: 'runData',
  'runData at a path': 'runData(path: "/n")',
  runDataAt: 'runDataAt(path: "/n")',
  runDataText: 'runDataText',
  submitted: 'submitted',
  'submitted at a path': 'submitted(path: "/text")',
  submittedText: 'submittedText',
  submittedPreview: 'submittedPreview',
  files: 'files { __typename }',
  'links of files': 'files { downloadUrl }',
  failureMessage: 'failureMessage',
  failure: 'failure',
};

type Run = (typeof worldRuns)[number];
const runAt = (taskId: string, number: number) =>
  worldRuns.find((run) => run.taskId === taskId && run.number === number)!;
/** Two runs of an owner_only task: one that failed and has files, and one that did not fail and has none. */
const hidden = [runAt(tasks[0]!, 3), runAt(tasks[0]!, 1)];
const own = runAt(tasks[0]!, 4);
const shared = runAt(sharedTask, 3);

interface Entry {
  /** Returns an operation whose result contains a run at {@link path}. */
  readonly query: (run: Run, selection: string) => string;
  readonly path: readonly (string | number)[];
  /** Whether the error may name roles. */
  readonly namesTask?: boolean;
}

const pathOf = ({ taskId, id }: Run) => `${project}, taskId: "${taskId}", id: "${id}"`;
const only = ({ number }: Run) => `filter: { minTotalTokens: ${10 + number}, maxTotalTokens: ${10 + number} }`;
const adjacentRun = (run: Run, step: number) => runAt(run.taskId, run.number + step);

const entries: Readonly<Record<string, Entry>> = {
  taskRun: { query: (run, selection) => `{ run: taskRun(${pathOf(run)}) { ${selection} } }`, path: ['run'] },
  taskRunsByIds: {
    query: ({ taskId, id }, selection) =>
      `{ runs: taskRunsByIds(${project}, taskId: "${taskId}", ids: ["${id}"]) { ${selection} } }`,
    path: ['runs', 0],
  },
  node: {
    query: ({ id }, selection) => `{ run: node(id: "${id}") { ... on TaskRun { ${selection} } } }`,
    path: ['run'],
    namesTask: false,
  },
  nodes: {
    query: ({ id }, selection) => `{ runs: nodes(ids: ["${id}"]) { ... on TaskRun { ${selection} } } }`,
    path: ['runs', 0],
    namesTask: false,
  },
  'a list of a task': {
    query: (run, selection) =>
      `{ list: taskRuns(${project}, taskId: "${run.taskId}", ${only(run)}) { nodes { ${selection} } } }`,
    path: ['list', 'nodes', 0],
  },
  'edges of a list of the project': {
    query: (run, selection) =>
      `{ list: taskRuns(${project}, filter: { taskRevisionId: "${run.taskId}", NOT: { contextId: { eq: "none" } } }, orderBy: TOTAL_TOKENS_ASC) { edges { node { id ${selection} } } } }`,
    path: ['list', 'edges', 'found', 'node'],
  },
  'a list of a task by its node': {
    query: (run, selection) =>
      `{ node(id: "${run.taskId}") { ... on Task { taskRuns(first: 5, ${only(run)}) { nodes { ${selection} } } } } }`,
    path: ['node', 'taskRuns', 'nodes', 0],
  },
  'edges of a list of the organization': {
    query: (run, selection) =>
      `{ list: taskRuns(orgId: "${orgId}", filter: { taskIdIn: ["${run.taskId}"] }) { edges { node { id ${selection} } } } }`,
    path: ['list', 'edges', 'found', 'node'],
  },
  'a list of the organization by its node': {
    query: (run, selection) =>
      `{ node(id: "${orgId}") { ... on Organization { taskRuns(first: 5, filter: { taskRevisionId: "${run.taskId}", AND: [{ minTotalTokens: ${10 + run.number} }] }, orderBy: TOTAL_TOKENS_ASC) { nodes { ${selection} } } } } }`,
    path: ['node', 'taskRuns', 'nodes', 0],
  },
  next: {
    query: (run, selection) => `{ run: taskRun(${pathOf(adjacentRun(run, -1))}) { next { ${selection} } } }`,
    path: ['run', 'next'],
  },
  previous: {
    query: (run, selection) => `{ run: taskRun(${pathOf(adjacentRun(run, 1))}) { previous { ${selection} } } }`,
    path: ['run', 'previous'],
  },
  'runs of a context': {
    query: (run, selection) =>
      `{ run: taskRun(${pathOf(run)}) { context { runs(first: 100) { nodes { id ${selection} } } } } }`,
    path: ['run', 'context', 'runs', 'nodes', 'found'],
  },
  changes: {
    query: (run, selection) =>
      `{ feed: taskRunChanges(${project}, taskId: "${run.taskId}", ${only(run)}) { changes { run { ${selection} } } } }`,
    path: ['feed', 'changes', 0, 'run'],
  },
  'changes of the organization': {
    query: (run, selection) =>
      `{ feed: taskRunChanges(orgId: "${orgId}", filter: { taskRevisionId: "${run.taskId}", AND: [${only(run).replace('filter: ', '')}] }) { changes { run { ${selection} } } } }`,
    path: ['feed', 'changes', 0, 'run'],
  },
};

/**
 * Returns all payload fields for the first entry and a third of them for each other entry. With THOROUGH=1, returns all
 * fields for every entry.
 */
const fieldsOf = (entry: string) => {
  const number = Object.keys(entries).indexOf(entry);
  return Object.entries(payloadFields).filter((_, index) => number === 0 || (index + number) % amount(3, 1) === 0);
};

type Json = GraphqlResponse['data'];
const at = (value: Json, path: readonly (string | number)[]) =>
  path.reduce((item, name) => (item === null || item === undefined ? item : item[name]), value);

describe('the payload of a run', () => {
  const gateway = useOwnGateway({
    environment: { MCP: 'on' },
    clock: { at: Date.now() },
    heartbeatMs: 300,
    arrange: arrangePayloadWorld,
  });
  let setMember: string;
  beforeAll(async () => {
    setMember = 'member-of-a-set-of-analysts';
    const run = (sql: string, values: unknown[]) => gateway.query(sql, values);
    await run("INSERT INTO organization (id, name) VALUES ($1, 'A set')", [absent]);
    await run("INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'viewer')", [absent, setMember]);
    await run("INSERT INTO access_grant VALUES ('project', $1, 'organization', $2, 'analyst')", [projectId, absent]);
  });

  /** Returns the run at a path, and the errors at and below it, keyed by the rest of their paths. */
  async function read(entry: Entry, run: Run, field: string, token: string) {
    const { data, errors = [] } = await gateway.ask(entry.query(run, `created ${field}`), { token });
    const path = entry.path.flatMap((name) => (name === 'found' ? indexIn(data, entry.path, run) : [name]));
    const below = errors.filter((error) => path.every((name, index) => error.path![index] === name));
    return {
      run: at(data, path),
      errors: below.map((error) => [error.path!.slice(path.length).join('.'), error.extensions] as const),
    };
  }

  /** Returns the index of the run, or of the null instead of a hidden one, in a list that also contains other runs. */
  function indexIn(data: Json, path: readonly (string | number)[], { id }: Run): number {
    const before = path.slice(0, path.indexOf('found'));
    const after = path.slice(path.indexOf('found') + 1);
    const index = at(data, before).findIndex((item: Json) => (at(item, after)?.id ?? null) === id);
    return index < 0 ? at(data, before).findIndex((item: Json) => at(item, after) === null) : index;
  }

  it('includes a case for each of its fields', () => {
    const names = Object.values(payloadFields).map((field) => /^\w+/.exec(field)![0]);
    const classified = Object.entries(runParts.fields).flatMap(([name, part]) => (part === 'payload' ? [name] : []));
    expect([...new Set(names)].toSorted()).toEqual(classified.toSorted());
  });

  describe.each(Object.entries(entries))('by %s', (name, entry) => {
    const fields = fieldsOf(name);
    it.each(fields)('is withheld from an analyst: %s', async (_field, field) => {
      const name = /^\w+/.exec(field)![0];
      const requires = { role: 'OWNER', visibility: 'OWNER_ONLY' };
      const details = entry.namesTask === false ? {} : { resourceId: tasks[0], requires, holds: 'ANALYST' };
      for (const run of hidden) {
        const { run: found, errors } = await read(entry, run, field, await gateway.sharedTokenFor(executor));
        expect(errors).toEqual([
          [
            name,
            {
              ...{ code: 'FORBIDDEN', status: 403, reason: 'PERMISSION_CHECK_FAILED' },
              ...{ permission: 'read_payload', resource: 'task_run', ...details },
            },
          ],
        ]);
        if (name === 'runData') expect(found).toBeNull();
        else expect(found).toMatchObject({ created: expect.any(String), [name]: null });
      }
    });

    it.each(fields)('is visible for its own run, and by another role: %s', async (_field, field) => {
      const token = await gateway.sharedTokenFor(owner);
      for (const [as, run] of [
        [executor, own],
        [viewerToo, shared],
      ] as const) {
        const expected = await read(entry, run, field, token);
        const found = await read(entry, run, field, await gateway.sharedTokenFor(as));
        // Links are signed for their subject.
        const comparable = (item: object) => JSON.stringify(item).replaceAll(/subject=[^"]*/g, '');
        expect(comparable(found)).toBe(comparable(expected));
        expect(expected.run).not.toBeNull();
      }
    });
  });

  it.each([
    ['an analyst of the project', () => gateway.tokenFor(executor), 'ANALYST'],
    ['an analyst of the organization, a viewer of another task', () => gateway.tokenFor(viewerToo), 'ANALYST'],
    ['an analyst of the task', () => gateway.tokenFor(ofTasks), 'ANALYST'],
    ['a member of a set of analysts', () => gateway.tokenFor(setMember), 'ANALYST'],
    ['a token confined to the task', () => gateway.tokenFor(executor, { taskId: tasks[0]! }), 'ANALYST'],
  ])('is withheld from %s', async (_who, tokenOf, holds) => {
    const { run, errors } = await read(entries.taskRun!, hidden[0]!, 'responseBytes', await tokenOf());
    expect(run).toMatchObject({ responseBytes: null });
    expect(errors).toMatchObject([['responseBytes', { permission: 'read_payload', holds }]]);
  });

  it('stays withheld with the highest other role in the error', async () => {
    const both = 'analyst-and-viewer';
    for (const role of ['analyst', 'viewer']) {
      await gateway.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, $3)", [tasks[0], both, role]);
    }
    const { errors } = await read(entries.taskRun!, hidden[0]!, 'responseBytes', await gateway.tokenFor(both));
    expect(errors).toMatchObject([['responseBytes', { permission: 'read_payload', holds: 'VIEWER' }]]);
  });

  it('stays withheld as an entity, by its path and by its id alone', async () => {
    const [{ taskId, id }] = hidden as [Run];
    const representations = [
      { __typename: 'TaskRun', id },
      { __typename: 'TaskRun', orgId, projectId, taskId, id },
    ];
    const { data, errors } = await requestEntities(gateway, representations, '... on TaskRun { created response }', {
      token: await gateway.tokenFor(executor),
    });
    expect(data._entities).toEqual(Array(2).fill({ created: expect.any(String), response: null }));
    expect(
      errors!.map(({ path, extensions }: GraphqlErrorResponse) => [path, extensions.permission, extensions.resourceId]),
    ).toEqual([
      [['_entities', 0, 'response'], 'read_payload', undefined],
      [['_entities', 1, 'response'], 'read_payload', taskId],
    ]);
  });

  it('stays withheld from a caller who sees the usage of a missing run as NOT_FOUND', async () => {
    const path = `${project}, taskId: "${tasks[0]}", id: "${absent}"`;
    const { errors } = await gateway.ask(`{ taskRun(${path}) { response } }`, { as: executor });
    expect(errors).toMatchObject([{ path: ['taskRun'], extensions: { reason: 'TASK_RUN_NOT_FOUND' } }]);
  });

  describe('over REST', () => {
    const base = () => `${gateway.url}/api/v1/org/${orgId}/project/${projectId}`;
    const get = async (url: string, accept = 'application/json') => {
      const response = await requestRest(gateway, url, { as: executor, headers: { accept } });
      return { status: response.status, text: await response.text() };
    };
    const ids = (runs: readonly Run[]) => runs.map(({ id }) => id).toSorted();
    const ownIds = ids(worldRuns.filter(({ isOwn }) => isOwn));

    it('makes a run and its files a 403, by the path with the role that is missing', async () => {
      const [run] = hidden as [Run];
      const url = runUrl(gateway, { orgId, projectId, ...run });
      for (const each of [url, `${url}/file/one.pdf`, `${url}/file/none`]) {
        const { status, text } = await get(each);
        expect([status, JSON.parse(text).detail]).toEqual([
          403,
          {
            ...{ message: expect.any(String), reason: 'PERMISSION_CHECK_FAILED' },
            ...{ permission: 'read_payload', resource: 'task_run', resource_id: run.taskId },
            ...{ requires: { role: 'owner', visibility: 'owner_only' }, holds: 'analyst' },
          },
        ]);
      }
      expect((await get(runUrl(gateway, { orgId, projectId, ...own }))).status).toBe(200);
    });

    it('makes a run by its id alone the same 403 as one that does not exist', async () => {
      const byId = (id: string) => get(`${gateway.url}/api/v1/run/${id}`);
      expect(await byId(hidden[0]!.id)).toEqual(await byId(absent.replace(/99$/, '98')));
      expect((await byId(own.id)).status).toBe(200);
    });

    const idsOfPage = ({ text }: { text: string }) =>
      JSON.parse(text)
        .results.map((item: RestRun & Partial<RestChange>) => (item.run ?? item).id)
        .toSorted();
    const idsOfExport = ({ text }: { text: string }) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).id)
        .toSorted();
    it.each([
      ['a list', 'task_run?page_limit=100', idsOfPage],
      ["a task's list", `task/${tasks[0]}/run?page_limit=100`, idsOfPage, tasks[0]],
      ['changes', 'task_run/changes?page_limit=100', idsOfPage],
      ['an export', 'task_run/export?format=ndjson', idsOfExport],
      ['a list of the organization', '../../task_run?page_limit=100', idsOfPage],
      ['changes of the organization', '../../task_run/changes?page_limit=100', idsOfPage],
      ['an export of the organization', '../../task_run/export?format=ndjson', idsOfExport],
    ] as const)('decides which runs %s has', async (_what, url, idsOf, taskPath = '') => {
      const runs = worldRuns.filter(({ taskId }) => taskPath === '' || taskId === taskPath);
      const all = ids(runs);
      const ownIds = ids(runs.filter(({ isOwn }) => isOwn));
      const sees = async (fields: string) => idsOf(await get(`${base()}/${url}${fields}`));
      expect(await sees('')).toEqual(ownIds);
      expect(await sees('&fields=core,io')).toEqual(ownIds);
      expect(await sees('&fields=files,core')).toEqual(ownIds);
      expect(await sees('&fields=core,usage,timing')).toEqual(all);
      expect(await sees('&fields=core&has_files=true')).toEqual(ids(runs.filter(({ number }) => number % 3 === 0)));
      // A filter on payload affects the decision too.
      expect((await sees('&fields=core&has_response=true')).every((id: string) => ownIds.includes(id))).toBe(true);
      const ownFailures = runs.filter(({ number, isOwn }) => isOwn && number === 0);
      expect(await sees(`&fields=core&failure_in=${secrets.one}+%23`)).toEqual(ids(ownFailures));
      if (url.includes('changes')) return;
      // The kind of the first failure and that of a later one, which hidden runs had before the caller's own.
      const newSince = (number: number) =>
        sees(`&fields=core&failure_first_seen_after=${createdOf(number).toISOString()}`);
      const laterFailures = runs.filter(({ number, isOwn }) => isOwn && number === 12);
      expect(await newSince(0)).toEqual(ids([...ownFailures, ...laterFailures]));
      for (const number of [1, 10, 12]) expect(await newSince(number)).toEqual(ids(laterFailures));
      expect(await newSince(13)).toEqual([]);
    });

    it('leaves the columns of usage to runs of lists and changes, in the order of exports', async () => {
      const [listed] = JSON.parse((await get(`${base()}/task_run?fields=timing,usage`)).text).results;
      const names = [
        ...['input_tokens', 'output_tokens', 'total_tokens', 'charged_credits'],
        ...['input_processor_timing', 'llm_call_timing'],
      ];
      expect(Object.keys(listed)).toEqual(names);
      const [{ run }] = JSON.parse((await get(`${base()}/task_run/changes?fields=usage,timing`)).text).results;
      expect(Object.keys(run)).toEqual(names);
      const [withFiles] = JSON.parse((await get(`${base()}/task_run?fields=files&has_files=true`)).text).results;
      expect(Object.keys(withFiles)).toEqual(['files']);
      expect(withFiles.files[0]).toMatchObject({ name: 'one.pdf', download_url: expect.any(String) });
    });

    it.each([
      ['&fields=core', ids(worldRuns)],
      ['', ownIds],
    ])('decides which runs a stream of events has, with %j', async (fields, expected) => {
      const start = await startOf(gateway);
      const response = await requestRest(gateway, `${base()}/task_run/changes?after=${start}${fields}`, {
        as: executor,
        headers: { accept: 'text/event-stream' },
      });
      const found: string[] = [];
      for await (const { event, data } of eventsOf(response)) {
        if (event === 'heartbeat') break;
        found.push(JSON.parse(data).id);
      }
      expect(found.toSorted()).toEqual(expected);
    });
  });

  it.each([
    ['get_run', { id: hidden[0]!.id }],
    ['read_response', { id: hidden[0]!.id }],
    ['read_run_data', { id: hidden[0]!.id }],
    ['list_runs', { orgId, projectId, taskId: hidden[0]!.taskId, first: 3 }],
    ['compare_runs', { id: hidden[0]!.id, otherId: hidden[1]!.id }],
  ])('is withheld by the tool %s, which says so', async (name, given) => {
    const { result } = await sendMessage('tools/call', { name, arguments: given });
    const { structuredContent, content, isError } = result;
    expect(structuredContent.errors).toContainEqual(
      expect.objectContaining({
        message: 'The payload of this run is not visible to your role.',
        extensions: { code: 'FORBIDDEN', reason: 'PERMISSION_CHECK_FAILED', permission: 'read_payload' },
      }),
    );
    expect(isError ?? false).toBe(false);
    expect(content[0].text).not.toContain('aardvark');
  });

  it('is withheld by the tool explain_failure, which shows the usage with a sentence', async () => {
    const { id, taskId } = hidden[0]!;
    const since = '2023-01-01T00:00:00Z';
    const { result } = await sendMessage('tools/call', {
      name: 'explain_failure',
      arguments: { orgId, projectId, taskId, id, since },
    });
    const { structuredContent, content, isError } = result;
    expect(JSON.parse(content[0].text)).toEqual(structuredContent);
    expect(isError ?? false).toBe(false);
    const taskPath = worldRuns.filter((run) => run.taskId === taskId);
    const errors = taskPath.filter(({ number }) => number % 3 === 0).length;
    const counts = { runs: taskPath.length, errors, errorRate: expect.closeTo(errors / taskPath.length, 6) };
    expect(structuredContent).toEqual({
      withheld: true,
      message: 'The payload of this run is not visible to your role.',
      data: {
        taskRun: expect.objectContaining({
          ...{ id, created: expect.any(String), inputTokens: expect.any(Number) },
          ...{ failure: null, failureMessage: null, submittedPreview: null, responsePreview: null },
        }),
        taskRunStats: {
          ...counts,
          byFailure: null,
          byFailureReason: expect.arrayContaining([{ value: 'rate_limited', runs: errors }]),
          byRevision: [{ value: taskId, ...counts }],
        },
      },
    });
  });

  it('stays out of resources, which show the usage', async () => {
    const { id } = hidden[0]!;
    const { result } = await sendMessage('resources/read', { uri: `task-run://${id}` });
    const { errors, ...run } = JSON.parse(result.contents[0].text);
    expect(run).toMatchObject({ id, totalTokens: expect.any(Number), responsePreview: null, files: null });
    expect(errors).toMatchObject([{ message: 'The payload of this run is not visible to your role.' }]);
    for (const part of ['response', 'run-data', 'files']) {
      const { error } = await sendMessage('resources/read', { uri: `task-run://${id}/${part}` });
      expect(error!.message).toBe('The payload of this run is not visible to your role.');
    }
  });

  async function sendMessage(method: string, params: object): Promise<ToolMessage> {
    const response = await fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await gateway.tokenFor(ofTasks)}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return (await response.json()) as ToolMessage;
  }

  it('stays withheld by a subscription, whose runs stay', async () => {
    const start = await startOf(gateway);
    const query = `subscription { taskRunChanged(${project}, taskId: "${tasks[0]}", ${only(hidden[0]!)}, after: "${start}") { run { id response } } }`;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
        authorization: `Bearer ${await gateway.tokenFor(executor)}`,
      },
      body: JSON.stringify({ query }),
    });
    for await (const { data } of eventsOf(response)) {
      const event = JSON.parse(data);
      expect(event.data.taskRunChanged.run).toEqual({ id: hidden[0]!.id, response: null });
      expect(event.errors).toMatchObject([{ path: ['taskRunChanged', 'run', 'response'] }]);
      break;
    }
  });

  describe('of a run that was deleted', () => {
    const deletionsOf = async (as: string, after: string, filter = '') => {
      const { taskRunChanges } = await gateway.dataOf(
        `{ taskRunChanges(${project}, first: 100, after: "${after}"${filter}) { changes { deleted { runId } } } }`,
        { as },
      );
      return taskRunChanges.changes.flatMap(({ deleted }: ChangeNode) => deleted?.runId ?? []);
    };
    const endOf = async () => {
      await untilSettled(gateway);
      const feed = await gateway.dataOf(`{ taskRunChanges(${project}, first: 100) { endCursor } }`, { as: owner });
      return feed.taskRunChanges.endCursor;
    };

    it('reports the deletion to feeds of only usage', async () => {
      const { id } = runAt(tasks[0]!, 5);
      const after = await endOf();
      await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
      await untilSettled(gateway);
      for (const as of [executor, viewerToo, ofTasks, owner]) expect(await deletionsOf(as, after)).toEqual([id]);
      const aboutPayload = ', filter: { hasResponse: true }';
      expect(await deletionsOf(executor, after, aboutPayload)).toEqual([]);
      expect(await deletionsOf(owner, after, aboutPayload)).toEqual([id]);
    });

    it('reports those of a deleted task to analysts of its project and organization', async () => {
      const deleted = worldRuns.filter(({ taskId }) => taskId === tasks[1]);
      const after = await endOf();
      await gateway.query('DELETE FROM task_run WHERE task_id = $1', [tasks[1]]);
      await gateway.query('DELETE FROM task WHERE id = $1', [tasks[1]]);
      await untilSettled(gateway);
      const all = deleted.map(({ id }) => id).toSorted();
      // The feed may end before the deletion made by the other test.
      const taskPath = async (as: string, filter?: string) =>
        (await deletionsOf(as, after, filter)).filter((id: string) => all.includes(id)).toSorted();
      for (const as of [executor, viewerToo, owner]) expect(await taskPath(as)).toEqual(all);
      expect(await taskPath(ofTasks)).toEqual([]);
      const ownRuns = deleted.filter(({ isOwn }) => isOwn).map(({ id }) => id);
      const aboutPayload = ', filter: { hasResponse: true }';
      expect(await taskPath(executor, aboutPayload)).toEqual(ownRuns.toSorted());
    });
  });
});

/** Returns the cursor before all changes. */
async function startOf(gateway: Gateway): Promise<string> {
  const { taskRunChanges } = await gateway.dataOf(
    `{ taskRunChanges(${project}, first: 1) { changes { previousCursor } } }`,
    { as: owner },
  );
  return taskRunChanges.changes[0].previousCursor;
}
