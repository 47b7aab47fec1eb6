// Every message about an invalid value, with a request that causes it.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { RestRejection } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const orders =
  'CREATED_DESC, CREATED_ASC, LLM_CALL_TIMING_DESC, LLM_CALL_TIMING_ASC, CHARGED_CREDITS_DESC, CHARGED_CREDITS_ASC, TOTAL_TOKENS_DESC, TOTAL_TOKENS_ASC, LLM_RETRIES_DESC, LLM_RETRIES_ASC';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;
const list = (args: string) => `{ taskRuns(${project}, ${args}) { totalCount } }`;
const filtered = `query ($filter: TaskRunFilter) { taskRuns(${project}, filter: $filter) { totalCount } }`;
const run = (fields: string) => `{ taskRun(${task}, id: "${id}") { ${fields} } }`;
const stats = (fields: string, args = '') => `{ taskRunStats(${project}, ${args}) { ${fields} } }`;
const entity = (representation: string) => `{ _entities(representations: [${representation}]) { __typename } }`;
const can = (args: string) => `{ viewer { can(orgId: "${orgId}", ${args}) } }`;
const many = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');

type Row = [query: string, message: string, variables?: Record<string, unknown>];

const valueRows: Row[] = [
  [list('first: 0'), '`first` must be between 1 and 100, not 0.'],
  [list('last: 101'), '`last` must be between 1 and 100, not 101.'],
  [list('first: 1, last: 1'), '`last` must be omitted if `first` is given.'],
  [list('after: "x"'), '`after` must be a cursor that this list returned, with the same order and filter.'],
  [list('filter: { reference: { in: [] } }'), '`filter.reference.in` must contain between 1 and 100 values, not 0.'],
  [
    list(`filter: { contextId: { eq: "${'x'.repeat(65)}" } }`),
    '`filter.contextId.eq` must have at most 64 characters.',
  ],
  [list('filter: { search: "-" }'), '`filter.search` must contain at least one letter or digit.'],
  [list(`filter: { search: "${'x'.repeat(201)}" }`), '`filter.search` must have at most 200 characters.'],
  [list('filter: { NOT: { search: "x" } }'), '`filter.NOT.search` must not be inside OR or NOT.'],
  [list('filter: { reportingGroupName: "\\u0000" }'), '`filter.reportingGroupName` must not contain a NUL character.'],
  [
    list('filter: { createdAfter: "2026-01-02T00:00:00Z", createdBefore: "2026-01-01T00:00:00Z" }'),
    '`filter.createdAfter` must not be later than `createdBefore`.',
  ],
  [
    list('filter: { createdAfter: "2026-13-01" }'),
    '`filter.createdAfter` is invalid: its month must be from 01 to 12.',
  ],
  [list('filter: { userId: "x" }'), '`filter.userId` must be 8-4-4-4-12 hexadecimal digits, not "x".'],
  [list('filter: { AND: [] }'), '`filter.AND` must contain at least one filter.'],
  [list('filter: { OR: [{}] }'), '`filter.OR[0]` must have a condition.'],
  [list(`filter: { AND: [${'{}'.repeat(501)}] }`), '`filter` must contain at most 500 filters.'],
  [
    list(`filter: ${'{ AND: ['.repeat(6)}{ status: FAIL }${'] }'.repeat(6)}`),
    '`filter.AND[0].AND[0].AND[0].AND[0].AND[0].AND[0]` must not be nested deeper than 5 levels.',
  ],
  [
    filtered,
    '`filter` must have at most 100 conditions.',
    { filter: { AND: Array.from({ length: 101 }, () => ({ minTotalTokens: 1 })) } },
  ],
  [
    list('filter: { response: [{ path: "x", eq: 1 }] }'),
    '`filter.response[0].path` must be a JSON Pointer (RFC 6901), such as /items/0/label, of at most 1,000 characters.',
  ],
  [
    list('filter: { response: [{ path: "/x" }] }'),
    '`filter.response[0]` must have eq, in, exists, contains, gt, gte, lt or lte in addition to the path.',
  ],
  [
    filtered,
    '`filter.response[0].eq` must not contain unpaired surrogates.',
    { filter: { response: [{ path: '/x', eq: '\ud800' }] } },
  ],
  [filtered, '`filter.search` must not contain unpaired surrogates.', { filter: { search: 'a\ud800' } }],
  [
    `{ taskRunsByIds(${task}, ids: [${many(101, () => `"${id}"`)}]) { id } }`,
    '`ids` must contain at most 100 ids, not 101.',
  ],
  [
    `{ taskRun(${project}, taskId: "7", id: "${id}") { id } }`,
    '`taskId` must be 8-4-4-4-12 hexadecimal digits, not "7".',
  ],
  [`{ taskRunChanges(${task}, wait: 21) { endCursor } }`, '`wait` must be between 0 and 20, not 21.'],
  [
    `{ taskRunChanges(${task}, after: "x") { endCursor } }`,
    '`after` must be a cursor that a list of changes returned.',
  ],
  [run('runData(path: "/nowhere")'), '`path` must point to a value. `runDataAt` returns null instead.'],
  [
    run('response(path: "x")'),
    '`path` must be a JSON Pointer (RFC 6901), such as /items/0/label, of at most 1,000 characters.',
  ],
  [run('responsePreview(length: 1001)'), '`length` must be between 1 and 1,000, not 1001.'],
  [run(many(7, (i) => `r${i}: response`)), 'The operation must not select whole JSON values under more than 6 names.'],
  [run(many(7, (i) => `p${i}: responsePreview`)), 'The operation must not select more than 6 previews.'],
  [run(many(201, (i) => `r${i}: id`)), 'The operation must not select more than 200 fields of an object.'],
  [stats('previous { runs }'), '`filter.createdAfter` is required if `previous` or `change` is selected.'],
  [
    stats('previous { runs }', 'filter: { createdAfter: "0001-02-01" }'),
    '`filter.createdAfter` must be later: the previous period would begin before the year 1.',
  ],
  [
    stats('buckets(by: DAY, timeZone: "Mars/Base") { start }'),
    '`buckets.timeZone` must be UTC or an IANA time zone such as Europe/Berlin, not "Mars/Base".',
  ],
  [
    stats(many(17, (i) => `b${i}: buckets(by: DAY, timeZone: "Etc/GMT${i < 15 ? `-${i}` : `+${i - 14}`}") { start }`)),
    '`buckets` must not group the runs in more than 16 different ways.',
  ],
  [
    `{ ${many(21, (i) => `l${i}: taskRunStats(${project}) { runs }`)} }`,
    'The operation must not request more than 20 lists and statistics.',
  ],
  [entity('1'), '`representations[0]` must be an object.'],
  [entity('{ __typename: "TaskRun" }'), '`representations[0].id` is required, as a string.'],
  [entity('{ __typename: "TaskRun", id: 1 }'), '`representations[0].id` must be a string.'],
  [
    entity('{ __typename: "User", id: "1" }'),
    '`representations[0].__typename` must be one of TaskRun, ReportingGroup, Organization, Project, Task, not "User".',
  ],
  [
    can('permission: "run:read"'),
    '`permission` must be one of organization:view, project:view, task:view, task_run:read, task_run:read_usage, task_run:read_payload, reporting_group:read, not "run:read".',
  ],
  [can('permission: "task_run:read"'), '`taskId` is required for `task_run:read`, which applies to a task.'],
  [can(`permission: "task:view", taskId: "${taskId}"`), '`projectId` is required if `taskId` is given.'],
  [
    '{ viewer { organizations { projects { tasks(after: "x") { totalCount } } } } }',
    '`after` must be a cursor that a list of tasks returned.',
  ],
  [`{ viewer { subject } }${'\n'.repeat(10_000)}`, 'The operation must have at most 10,000 lines.'],
  [
    filtered,
    'The variables must not contain an object of more than 1,000 members.',
    { filter: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`m${i}`, 1])) },
  ],
  [
    filtered,
    'The variables must not contain more than 2,000 objects.',
    { filter: { AND: Array.from({ length: 2001 }, () => ({})) } },
  ],
  [
    filtered,
    'The variables must not contain more than 20,000 values of lists.',
    { filter: { statusIn: Array.from({ length: 20_001 }, () => 'FAIL') } },
  ],
];

const typeRows: Row[] = [
  [
    list('orderBy: NEWEST'),
    `\`orderBy\` is invalid: TaskRunOrder cannot represent the value: it must be one of ${orders}.`,
  ],
  [
    stats('buckets(by: "DAY") { start }'),
    '`by` is invalid: BucketWidth cannot represent the value: it must be one of HOUR, DAY, WEEK, MONTH.',
  ],
  [
    list('filter: { createdAfter: "soon" }'),
    '`filter.createdAfter` is invalid: DateTime cannot represent the value: it must be an RFC 3339 or ISO 8601 date-time, as in `2024-01-16T13:33:25Z`, a date, or relative, as in `-24h`, `2 days ago` or `yesterday`.',
  ],
  [
    list('filter: { minChargedCredits: "abc" }'),
    '`filter.minChargedCredits` is invalid: Decimal cannot represent the value: it must be a decimal number, as in `"12.50"`.',
  ],
  [list('first: "x"'), '`first` is invalid: Int cannot represent non-integer value: "x"'],
  [list(`first: "${'x'.repeat(41)}"`), '`first` is invalid: Int cannot represent non-integer value.'],
  [list('filter: { search: 5 }'), '`filter.search` is invalid: String cannot represent a non string value.'],
  [
    list('filter: { OR: [{}, { statusIn: [SUCCESS, FAI] }] }'),
    '`filter.OR[1].statusIn[1]` is invalid: TaskRunStatus cannot represent the value: it must be one of SUCCESS, FAIL.',
  ],
  [list('filter: { contextId: "secret" }'), '`filter.contextId` is invalid: Expected value of type "TextFilter".'],
  [
    list('filter: { response: [{ eq: 1 }] }'),
    '`filter.response[0]` is invalid: Field "JSONCondition.path" of required type "String!" was not provided.',
  ],
  [list('orderBy: null'), '`orderBy` is invalid: Expected value of type "TaskRunOrder!", found null.'],
  [
    list('filter: { statu: FAIL }'),
    'Field "statu" is not defined by type "TaskRunFilter". Did you mean "status" or "statusIn"?',
  ],
  [
    `query ($first: Int = true) ${list('first: $first')}`,
    '`$first` is invalid: Int cannot represent non-integer value: true',
  ],
  ['{ taskRum { id } }', 'Cannot query field "taskRum" on type "Query". Did you mean "taskRun" or "taskRuns"?'],
  [
    `query ($v: TaskRunOrder!) ${list('orderBy: $v')}`,
    `Variable "$v" got invalid value "NEWEST"; TaskRunOrder cannot represent the value: it must be one of ${orders}.`,
    { v: 'NEWEST' },
  ],
  [
    `query ($v: Int) ${list('first: $v')}`,
    'Variable "$v" got invalid value "1"; Int cannot represent non-integer value: "1"',
    { v: '1' },
  ],
  [
    filtered,
    'Variable "$filter" got an invalid value; Field "statu" is not defined by type "TaskRunFilter". Did you mean "status" or "statusIn"?',
    { filter: { statu: 'FAIL', search: 'secret' } },
  ],
  [
    filtered,
    'Variable "$filter" got an invalid value at "filter.search"; String cannot represent a non string value.',
    { filter: { search: 5 } },
  ],
  [
    filtered,
    'Variable "$filter" got an invalid value at "filter.response[0].gt"; Decimal cannot represent the value: it must be a decimal number, as in `"12.50"`.',
    { filter: { response: [{ path: '/a', gt: 'secret' }] } },
  ],
  [
    filtered,
    'Variable "$filter" got invalid value "FAI" at "filter.status"; TaskRunStatus cannot represent the value: it must be one of SUCCESS, FAIL.',
    { filter: { status: 'FAI' } },
  ],
];

const restCases: readonly (readonly [path: string, name: string, msg: string])[] = [
  ['task_run?page_limit=0', 'page_limit', 'must be an integer between 1 and 100, not 0'],
  ['task_run?page_limit=101', 'page_limit', 'must be an integer between 1 and 100, not 101'],
  ['task_run?page_limit=ten', 'page_limit', 'must be an integer between 1 and 100, not "ten"'],
  ['task_run?cursor=x&cursor=y', 'cursor', 'must be a single value'],
  ['task_run?cursor=x', 'cursor', 'must be a cursor that this list returned, with the same order and filter'],
  ['task_run?status=DONE', 'status', 'must be one of ALL, SUCCESS, FAIL, not "DONE"'],
  ['task_run/changes?wait=-1', 'wait', 'must be an integer between 0 and 20, not -1'],
  ['task_run/changes?after=x', 'after', 'must be a cursor that a list of changes returned'],
  [
    'task_run?has_files=perhaps',
    'has_files',
    'must be true (true, 1, t, yes, y, on) or false (false, 0, f, no, n, off), not "perhaps"',
  ],
  ['task_run?filter=x', 'filter', 'must be JSON'],
  ['task_run?filter=[]', 'filter', 'must be an object'],
  ['task_run?filter={"OR":1}', 'filter.OR', 'must be a list'],
  [
    'task_run?filter={"reference":{"equals":"secret"}}',
    'filter.reference.equals',
    'is not a member. The members are eq, in, starts_with',
  ],
  ['task_run?filter={"min_total_tokens":1.5}', 'filter.min_total_tokens', 'must be a 32-bit integer'],
  ['task_run?filter={"reference":{"eq":1}}', 'filter.reference.eq', 'must be a string'],
  [
    'task_run?created_after=soon',
    'created_after',
    'must be an RFC 3339 or ISO 8601 date-time, as in `2024-01-16T13:33:25Z`, a date, or relative, as in `-24h`, `2 days ago` or `yesterday`, not "soon"',
  ],
  ['task_run?created_after=2026-13-01', 'created_after', 'is invalid: its month must be from 01 to 12'],
  ['task_run?min_charged_credits=abc', 'min_charged_credits', 'must be a decimal of at most 100 characters'],
  ['task_run/export?fields=core,all', 'fields', 'must be one of core, usage, timing, io, files, not "all"'],
];

describe('the message of a 422', () => {
  const gateway = useGateway();
  const ask = async (query: string, variables = {}) => {
    const { errors } = await gateway.ask(query, { as: demoSubjects.viewer, variables });
    expect(errors).toHaveLength(1);
    return errors![0]!;
  };

  it.each(valueRows)('states for %s: %s', async (query, message, variables = {}) => {
    const error = await ask(query, variables);
    expect(error.message).toBe(message);
    const { reason, argument, detail } = error.extensions;
    if (reason === 'MALFORMED_RESOURCE_IDENTIFIER') expect(message).toContain(`\`${argument}\``);
    else expect(message).toContain(detail[0].msg);
  });

  it.each(typeRows)(
    'states for %s, whose value GraphQL rejects by its type: %s',
    async (query, message, variables = {}) => {
      const error = await ask(query, variables);
      expect([error.extensions.status, error.message]).toEqual([422, message]);
      expect((error as { locations?: unknown }).locations).toHaveLength(1);
    },
  );

  it.each(restCases)('states over REST for %s what `%s` must be', async (path, name, msg) => {
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${path}`;
    const response = await requestRest(gateway, url, { as: demoSubjects.viewer });
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as RestRejection;
    expect(detail).toEqual([{ loc: ['query', ...name.split('.')], msg, type: expect.any(String) }]);
  });

  it('counts over REST further faults of the same request', async () => {
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task_run?limit=5&page=2`;
    const { detail } = (await (await requestRest(gateway, url, { as: demoSubjects.viewer })).json()) as RestRejection;
    expect(detail.map(({ loc }) => loc[1])).toEqual(['limit', 'page']);
    expect(detail[0]!.msg).toMatch(/^is not a parameter: the parameters are task_id, page_limit, cursor, /);
  });

  it('never quotes values of payload', async () => {
    const secret = 'secret';
    const filters = [
      { search: secret, nope: 1 },
      { reference: { eq: secret, nope: 1 } },
      { contextId: { eq: `${secret}${'x'.repeat(64)}` } },
      { response: [{ path: '/a', eq: secret, gt: secret }] },
      { submitted: [{ path: secret, eq: secret }] },
      { search: [secret] },
      { reference: { in: [[secret]] } },
    ];
    for (const filter of filters) expect(JSON.stringify(await ask(filtered, { filter }))).not.toContain(secret);
  });
});
