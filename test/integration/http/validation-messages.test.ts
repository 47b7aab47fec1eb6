// Every message of a 422 says which values there may be, not only that one is wrong.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { askRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const orders =
  'CREATED_DESC, CREATED_ASC, LLM_CALL_TIMING_DESC, LLM_CALL_TIMING_ASC, CHARGED_CREDITS_DESC, CHARGED_CREDITS_ASC, TOTAL_TOKENS_DESC, TOTAL_TOKENS_ASC, LLM_RETRIES_DESC, LLM_RETRIES_ASC';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;
const list = (args: string) => `{ taskRuns(${project}, ${args}) { totalCount } }`;
const run = (fields: string) => `{ taskRun(${task}, id: "${id}") { ${fields} } }`;
const stats = (fields: string) => `{ taskRunStats(${project}) { ${fields} } }`;
const entity = (representation: string) => `{ _entities(representations: [${representation}]) { __typename } }`;
const many = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');

const ofDetails: [query: string, loc: string, msg: string][] = [
  [list('first: 0'), 'first', 'must be an integer from 1 to 100'],
  [list('last: 101'), 'last', 'must be an integer from 1 to 100'],
  [list('first: 1, last: 1'), 'last', 'must be omitted where `first` is given'],
  [list('after: "x"'), 'after', 'must be a cursor of this list in this order and with this filter'],
  [list(`filter: { reference: { in: [] } }`), 'filter.reference.in', 'must contain 1 to 100 values'],
  [
    list(`filter: { contextId: { eq: "${'x'.repeat(65)}" } }`),
    'filter.contextId.eq',
    'must have at most 64 characters',
  ],
  [list('filter: { search: "-" }'), 'filter.search', 'must have a word, of letters or digits'],
  [list(`filter: { AND: [${'{}'.repeat(501)}] }`), 'filter', 'must contain at most 500 filters'],
  [list(`filter: { search: "${'x'.repeat(201)}" }`), 'filter.search', 'must have at most 200 characters'],
  [list('filter: { NOT: { search: "x" } }'), 'filter.NOT.search', 'must not be inside OR or NOT'],
  [list('filter: { reportingGroupName: "\\u0000" }'), 'filter.reportingGroupName', 'must not contain a NUL character'],
  [
    list('filter: { createdAfter: "2026-01-02T00:00:00Z", createdBefore: "2026-01-01T00:00:00Z" }'),
    'filter.createdAfter',
    'must not be later than createdBefore',
  ],
  [`{ taskRunsByIds(${task}, ids: [${many(101, () => `"${id}"`)}]) { id } }`, 'ids', 'must contain at most 100 ids'],
  [`{ taskRunChanges(${task}, wait: 21) { endCursor } }`, 'wait', 'must be an integer from 0 to 20'],
  [`{ taskRunChanges(${task}, after: "x") { endCursor } }`, 'after', 'must be a cursor of changes, as it was returned'],
  [run('runData(path: "/nowhere")'), 'path', 'must lead to a value; use `runDataAt` to get null where there is none'],
  [
    run('response(path: "x")'),
    'path',
    'must be a JSON Pointer (RFC 6901), as in /items/0/label, of at most 1,000 characters',
  ],
  [run(many(7, (i) => `r${i}: response`)), 'query', 'must not select whole JSON values under more than 6 names'],
  [run(many(201, (i) => `r${i}: id`)), 'query', 'must not select more than 200 fields of an object'],
  [
    stats('buckets(by: DAY, timeZone: "Mars/Base") { start }'),
    'buckets.timeZone',
    'must be an IANA time zone, as in Europe/Berlin, or UTC',
  ],
  [
    stats(many(17, (i) => `b${i}: buckets(by: DAY, timeZone: "Etc/GMT${i < 15 ? `-${i}` : `+${i - 14}`}") { start }`)),
    'buckets',
    'must not split the runs in more than 16 different ways',
  ],
  [
    `{ ${many(21, (i) => `l${i}: taskRunStats(${project}) { runs }`)} }`,
    'query',
    'must not ask for more than 20 lists and statistics in one operation',
  ],
  [entity('1'), 'representations.0', 'must be an object'],
  [entity('{ __typename: "TaskRun" }'), 'representations.0.id', 'must be given: a string'],
  [entity('{ __typename: "TaskRun", id: 1 }'), 'representations.0.id', 'must be a string'],
  [
    entity('{ __typename: "User", id: "1" }'),
    'representations.0.__typename',
    'must be one of TaskRun, ReportingGroup, Organization, Project, Task',
  ],
  [
    `{ viewer { can(permission: "run:read", orgId: "${orgId}") } }`,
    'permission',
    'must be one of organization:view, project:view, task:view, task_run:read, reporting_group:read',
  ],
  [
    `{ viewer { can(permission: "task_run:read", orgId: "${orgId}") } }`,
    'taskId',
    'must be given: `task_run:read` is of a task',
  ],
  [
    `{ viewer { can(permission: "task:view", orgId: "${orgId}", taskId: "${taskId}") } }`,
    'projectId',
    'must be given: a task is named together with its project',
  ],
  [
    '{ viewer { organizations { projects { tasks(after: "x") { totalCount } } } } }',
    'after',
    'must be a cursor of tasks, as it was returned',
  ],
  [`{ viewer { subject } }${'\n'.repeat(10_000)}`, 'query', 'must have at most 10000 lines'],
];

const ofOwnErrors: [query: string, variables: object, message: string][] = [
  [list('orderBy: NEWEST'), {}, `TaskRunOrder cannot represent the value: it must be one of ${orders}.`],
  [
    stats('buckets(by: "DAY") { start }'),
    {},
    'BucketWidth cannot represent the value: it must be one of HOUR, DAY, WEEK, MONTH.',
  ],
  [
    `query ($v: TaskRunOrder!) ${list('orderBy: $v')}`,
    { v: 'NEWEST' },
    `Variable "$v" got invalid value "NEWEST"; TaskRunOrder cannot represent the value: it must be one of ${orders}.`,
  ],
  [
    `query ($v: Int) ${list('first: $v')}`,
    { v: '1' },
    'Variable "$v" got invalid value "1"; Int cannot represent non-integer value: "1"',
  ],
];

const ofRest: [path: string, accept: string, name: string, msg: string][] = [
  ['task_run?page_limit=0', 'application/json', 'page_limit', 'must be an integer from 1 to 100'],
  ['task_run?page_limit=101', 'application/json', 'page_limit', 'must be an integer from 1 to 100'],
  ['task_run?page_limit=ten', 'application/json', 'page_limit', 'must be an integer from 1 to 100'],
  ['task_run?cursor=x&cursor=y', 'application/json', 'cursor', 'must be one text'],
  [
    'task_run?cursor=x',
    'application/json',
    'cursor',
    'must be a cursor of this list in this order and with this filter',
  ],
  ['task_run/changes?wait=-1', 'application/json', 'wait', 'must be an integer from 0 to 20'],
  ['task_run/changes?after=x', 'text/event-stream', 'after', 'must be a cursor of changes, as it was returned'],
  ['task_run/export?format=xml', '*/*', 'format', 'must be one of ndjson, csv, parquet'],
  [
    'task_run/export?fields=core,all',
    'text/csv',
    'fields',
    'must be some of core, usage, timing, io, files, separated by commas',
  ],
];

describe('the message of a 422', () => {
  const gateway = useGateway();

  it.each(ofDetails)('of %s says of %s what it must be', async (query, loc, msg) => {
    const { errors } = await gateway.ask(query, { as: demoSubjects.viewer });
    const { status, detail } = errors![0]!.extensions;
    expect(status).toBe(422);
    expect([detail[0].loc.join('.'), detail[0].msg]).toEqual([loc, msg]);
  });

  it.each(ofOwnErrors)(
    "of GraphQL's own, for %s with %j, says what the value must be",
    async (query, variables, message) => {
      const asked = { as: demoSubjects.viewer, variables: { ...variables } };
      const { errors } = await gateway.ask(query, asked);
      expect(errors![0]!.extensions.status).toBe(422);
      expect(errors![0]!.message).toBe(message);
      expect((errors![0] as any).locations).toHaveLength(1);
    },
  );

  it.each(ofRest)('of REST, for %s as %s, says of %s what it must be', async (path, accept, name, msg) => {
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${path}`;
    const response = await askRest(gateway, url, { as: demoSubjects.viewer, headers: { accept } });
    expect(response.status).toBe(422);
    expect(((await response.json()) as any).detail).toEqual([{ loc: ['query', name], msg, type: expect.any(String) }]);
  });

  it('of REST names the values of a parameter that has a few', async () => {
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task_run?status=DONE`;
    const { detail } = (await (await askRest(gateway, url, { as: demoSubjects.viewer })).json()) as any;
    expect(detail[0].msg).toMatch(/^must be one of .*SUCCESS, FAIL$/);
  });
});
