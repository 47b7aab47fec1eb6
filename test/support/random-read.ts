// Random reads of the payload world's runs through every entry point, as requests that can be sent twice.

import type { Random } from '../../src/demo/data/random.js';
import { exportGroups } from '../../src/export/export-columns.js';
import { dimensions } from '../../src/task-runs/statistics/dimensions.js';
import type { FilterType } from '../../src/task-runs/visibility/filter-row.js';
import { runFilters } from '../../src/task-runs/visibility/run-filters.js';
import { laterFailure, payloadWorld, secrets, worldRuns } from './payload-world.js';

export interface ReadRequest {
  /** A description for reporting a difference. */
  readonly kind: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** The path and the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether the response never ends. */
  readonly isStream?: boolean;
  /** Returns the request for the next page after a response; omitted if there are no pages. */
  readonly next?: (cursor: string) => ReadRequest;
}

const { orgId, projectId, tasks, absent, executor, group } = payloadWorld;
const usageFields = [
  ...['id', 'taskId', 'taskRevisionId', 'created', 'status', 'isError', 'inputTokens', 'totalTokens', 'llmCallTiming'],
  ...['chargedCredits', 'llmRetries', 'primaryFailureReason', 'userId', 'reference', 'contextId', 'reportingGroupId'],
  ...['reportingGroup { name }', 'task { name }', 'user { id }', 'usedFallbackModel'],
];
const pointers = [
  '',
  '/category',
  '/text',
  '/submitted',
  '/submitted/text',
  '/detail/message',
  '/n',
  '/no/such',
  'bad',
];
const json = { orders: ['CREATED', 'LLM_CALL_TIMING', 'CHARGED_CREDITS', 'TOTAL_TOKENS', 'LLM_RETRIES'] };
const times = ['2024-01-02', '2024-01-05T12:00:00Z', '2024-01-09', '2025-01-01'];

export function createRandomRead(random: Random): () => ReadRequest {
  return () => {
    const kind = random.integer(0, 99);
    if (kind < 52) return graphqlRead();
    if (kind < 57) return explained();
    if (kind < 62) return streamRead();
    if (kind < 70) return toolCall();
    return restRead();
  };

  function run() {
    const { id, taskId } = random.chance(92) ? random.pick(worldRuns) : { id: absent, taskId: random.pick(tasks) };
    return { id, taskId: random.chance(95) ? taskId : random.pick(tasks) };
  }

  function payloadField(): string {
    const pointer = () => JSON.stringify(random.pick(pointers));
    return random.pick([
      ...['response', 'responseText', 'responsePreview', 'responseBytes', 'submitted', 'submittedText'],
      ...['submittedPreview', 'failureMessage', 'files { name sizeBytes contentType direction created downloadUrl }'],
      ...['files { __typename }', 'responsePreview(length: 3)', `response(path: ${pointer()})`],
      ...[`submitted(path: ${pointer()})`, `runDataAt(path: ${pointer()})`, 'runDataText'],
      ...(random.chance(25) ? ['runData', `runData(path: ${pointer()})`] : []),
    ]);
  }

  function runSelection(depth = 2): string {
    const fields = Array.from({ length: random.integer(1, 5) }, () => {
      if (depth > 0 && random.chance(12)) return related(depth - 1);
      const field = random.chance(55) ? payloadField() : random.pick(usageFields);
      const aliased = random.chance(40) ? `a${random.integer(0, 9999)}: ${field}` : field;
      return random.chance(10) ? `... on TaskRun { ${aliased} }` : aliased;
    });
    // Without arguments, so that fields with the same name do not conflict.
    return `id ${fields.map(uniqueName).join(' ')}`;
  }

  /** Adds an alias to a field with arguments. */
  function uniqueName(field: string): string {
    return /^(?!a\d+:|\.\.\.)\w+\(/.test(field) ? `b${random.integer(0, 99_999)}: ${field}` : field;
  }

  function related(depth: number): string {
    const inner = () => runSelection(depth);
    const alias = () => `c${random.integer(0, 99_999)}: `;
    return random.pick([
      () => `${alias()}next { ${inner()} }`,
      () => `${alias()}previous { ${inner()} }`,
      () => `${alias()}context { totals { runs errors totalTokens } first { ${inner()} } last { ${inner()} } }`,
      () => `${alias()}context { runs(first: ${random.integer(1, 3)}) { totalCount nodes { ${inner()} } } }`,
      () => `${alias()}task { taskRuns(first: 2${filterArgument()}) { totalCount nodes { ${inner()} } } }`,
      () =>
        `${alias()}task { taskRunStats${random.chance(50) ? '' : `(filter: ${filterText()})`} { ${statistics()} } }`,
    ])();
  }

  function filterValue(type: FilterType, name: string): unknown {
    const text = () => random.pick(['reference 0', 'context-1', 'rate', 'Pilot', secrets.one]);
    switch (type) {
      case 'TaskRunStatus':
        return random.pick(['SUCCESS', 'FAIL']);
      case 'UUID':
      case 'ID':
        return random.pick([executor, group, projectId, ...tasks]);
      case 'Int':
        return random.integer(0, 16);
      case 'Float':
        return random.integer(0, 4) / 2;
      case 'Decimal':
        return random.pick(['0.10', '0.5', '2']);
      case 'Boolean':
        return random.chance(50);
      case 'DateTime':
        return random.pick(times);
      case 'TextFilter':
        return random.pick([{ eq: text() }, { in: [text()] }, { startsWith: random.pick(['ref', 'context']) }]);
      case 'JSONCondition':
        return [jsonCondition()];
      default:
        if (name === 'failureIn') return random.pick([`${secrets.one} #`, secrets.other, 'No message', laterFailure]);
        return name === 'search' ? random.pick([...Object.values(secrets), 'own']) : text();
    }
  }

  function jsonCondition() {
    if (random.chance(60)) {
      return random.pick([
        { path: '/category', eq: 'billing' },
        { path: '/category', exists: true },
        { path: '/text', contains: secrets.one },
        { path: '', exists: random.chance(50) },
        { path: '/n', gte: 1 },
      ]);
    }
    const path = random.pick(pointers);
    return {
      path,
      ...random.pick([
        { eq: random.pick(['billing', 'shipping', secrets.one, null, 1]) },
        { in: [random.pick(['shipping', 'billing']), null] },
        { exists: random.chance(50) },
        { contains: random.pick(['a', secrets.one.slice(0, 4)]) },
        { gt: random.integer(0, 5) },
      ]),
    };
  }

  function filter(depth = 2): Record<string, unknown> {
    if (depth > 0 && random.chance(40)) {
      const inner = () => filter(depth - 1);
      return random.pick([
        () => ({ AND: [inner(), inner()] }),
        () => ({ OR: [inner(), inner()] }),
        () => ({ NOT: inner() }),
        () => ({ NOT: inner() }),
        () => ({ ...inner(), NOT: inner() }),
      ])();
    }
    const payload = [
      ...['hasResponse', 'response', 'submitted', 'runData', 'search', 'hasFiles'],
      ...['failureIn', 'failureFirstSeenAfter'],
    ];
    const name = random.pick(random.chance(70) ? payload : Object.keys(runFilters)) as keyof typeof runFilters;
    const { type, list } = runFilters[name];
    const value = filterValue(type, name);
    return { [name]: random.chance(3) ? null : list ? [value] : value };
  }

  /** Returns a filter in GraphQL syntax. */
  function filterText(): string {
    return toLiteral(filter());
  }

  function filterArgument(): string {
    return random.chance(35) ? '' : `, filter: ${filterText()}`;
  }

  function statistics(depth = 1): string {
    const groupBy = () => {
      const names = Object.keys(dimensions) as (keyof typeof dimensions)[];
      const payloadDimensions = ['RESPONSE', 'SUBMITTED', 'RUN_DATA', 'FAILURE'] as const;
      const by = random.pick(random.chance(35) ? payloadDimensions : names);
      const path = 'source' in dimensions[by] ? `, path: "${random.pick(pointers.slice(0, -1))}"` : '';
      const inner = depth > 0 && random.chance(30) ? statistics(depth - 1) : 'runs errors';
      const jsonValue = 'source' in dimensions[by] && random.chance(50) ? 'json' : '';
      const firstSeen = random.chance(by === 'FAILURE' ? 70 : 10) ? 'firstSeen' : '';
      return `g${random.integer(0, 99_999)}: groupBy(dimension: ${by}${path}, first: 9) { value ${jsonValue} ${firstSeen} ${inner} }`;
    };
    const fields = Array.from({ length: random.integer(1, 3) }, () =>
      random.pick([
        () => 'runs errors totalTokens chargedCredits',
        () => 'llmCallTiming { avg p50 }',
        () => 'buckets(by: DAY) { start runs }',
        groupBy,
        groupBy,
      ])(),
    );
    return [...new Set(fields)].join(' ');
  }

  /** Returns the arguments of an organization, a project or a task. */
  function scopeArguments(): string {
    const organization = `orgId: "${orgId}"`;
    if (random.chance(30)) return organization;
    const project = `${organization}, projectId: "${projectId}"`;
    return random.chance(40) ? project : `${project}, taskId: "${random.pick(tasks)}"`;
  }

  function order(): string {
    return `${random.pick(json.orders)}_${random.pick(['ASC', 'DESC'])}`;
  }

  function rootField(index: number): string {
    const project = `orgId: "${orgId}", projectId: "${projectId}"`;
    const { id, taskId } = run();
    const path = `${project}, taskId: "${taskId}"`;
    const name = `r${index}: `;
    const stats = () => `${filterArgument()}) { ${statistics()} }`;
    return (
      name +
      random.pick([
        () => `taskRun(${path}, id: "${id}") { ${runSelection()} }`,
        () => `taskRun(${path}, id: "${id}") { ${runSelection()} }`,
        () => `taskRunsByIds(${path}, ids: ["${id}", "${run().id}"]) { ${runSelection()} }`,
        () => `node(id: "${id}") { ... on TaskRun { ${runSelection()} } }`,
        () => `nodes(ids: ["${id}", "${run().id}"]) { ... on TaskRun { ${runSelection()} } }`,
        () =>
          `_entities(representations: [{ __typename: "TaskRun", id: "${id}" }, { __typename: "TaskRun", orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}" }]) { ... on TaskRun { ${runSelection()} } }`,
        () =>
          `node(id: "${random.pick(tasks)}") { ... on Task { taskRuns(first: 3${filterArgument()}) { ${listFields()} } } }`,
        () =>
          `node(id: "${projectId}") { ... on Project { taskRuns(first: 3${filterArgument()}) { ${listFields()} } } }`,
        () =>
          `node(id: "${orgId}") { ... on Organization { taskRuns(first: 3${filterArgument()}) { ${listFields()} } taskRunStats { ${statistics()} } } }`,
        ...Array(4).fill(() => `taskRunStats(${scopeArguments()}${stats()}`),
        () =>
          `taskRunChanges(${scopeArguments()}${filterArgument()}, first: 8) { changes { cursor run { ${runSelection()} } } hasMore }`,
        () => `viewer { organizations { role isAnalyst } can(permission: "task_run:read_usage", ${path}) }`,
      ])()
    );
  }

  function listFields(): string {
    const fields = [
      `nodes { ${runSelection()} }`,
      `edges { cursor node { ${runSelection()} } }`,
      'totalCount runAccess',
      'countUpTo(max: 5) { count isExact }',
      'scan { isComplete scannedTo }',
      `stats { ${statistics()} }`,
    ];
    return `${random.pick(fields)} ${random.pick(fields)} pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
  }

  function graphqlRead(): ReadRequest {
    if (random.chance(45)) return listRead();
    const roots = Array.from({ length: random.integer(1, 3) }, (_, index) => rootField(index));
    return graphql('operation', `{ ${roots.join('\n')} }`);
  }

  function listRead(): ReadRequest {
    const orderBy = order();
    const filtered = filterArgument();
    const scope = scopeArguments();
    const isBackward = random.chance(30);
    const size = random.integer(1, 8);
    const selection = listFields();
    const page = (cursor?: string): ReadRequest => {
      const at = cursor === undefined ? '' : `, ${isBackward ? 'before' : 'after'}: "${cursor}"`;
      const range = `${isBackward ? 'last' : 'first'}: ${size}${at}`;
      const query = `{ taskRuns(${scope}, orderBy: ${orderBy}, ${range}${filtered}) { ${selection} } }`;
      return { ...graphql('list', query), next: page };
    };
    return page();
  }

  function explained(): ReadRequest {
    const request = random.chance(50) ? listRead() : graphqlRead();
    return { ...request, kind: 'cost', url: '/graphql?explain=cost', next: undefined as never };
  }

  function streamRead(): ReadRequest {
    if (random.chance(50)) {
      const groups = random.chance(60) ? 'core,usage' : 'core,io,files';
      const url = `${restScope('changes')}?fields=${groups}&after=START${random.chance(50) ? '' : `&filter=${encodeURIComponent(JSON.stringify(filter(1)))}`}`;
      return { kind: 'events', method: 'GET', url, headers: { accept: 'text/event-stream' }, isStream: true };
    }
    const query = `subscription { taskRunChanged(${scopeArguments()}${filterArgument()}, after: "START") { cursor run { ${runSelection(1)} } } }`;
    return {
      ...graphql('subscription', query),
      headers: { ...jsonHeaders, accept: 'text/event-stream' },
      isStream: true,
    };
  }

  function toolCall(): ReadRequest {
    const { id, taskId } = run();
    const path = { orgId, projectId, taskId, id };
    const scope = random.chance(25) ? { orgId } : { orgId, projectId, ...(random.chance(50) && { taskId }) };
    const filtered = random.chance(50) ? { filter: filter() } : {};
    const [name, given] = random.pick<[string, object]>([
      ['list_runs', { ...scope, ...filtered, orderBy: order(), first: 5 }],
      ['get_run', random.chance(50) ? path : { id }],
      ['read_response', { id, path: random.pick(pointers) }],
      ['read_run_data', { id, path: random.pick(pointers) }],
      ['explain_failure', path],
      ['compare_runs', { id, otherId: run().id }],
      ['failures', { ...scope, since: random.pick(times) }],
      ['report', { ...scope, createdAfter: random.pick(times), createdBefore: '2025-01-02' }],
      ['filter_values', { ...scope, ...filtered, dimension: random.pick(['FAILURE', 'CONTEXT', 'STATUS', 'USER']) }],
      ['filter_values', { ...scope, ...filtered, dimension: 'SUBMITTED', path: random.pick(pointers) }],
      ['statistics', { ...scope, ...filtered, dimension: 'RESPONSE', path: '/category' }],
      ['statistics', { ...scope, ...filtered, dimension: random.pick(['STATUS', 'CONTEXT', 'USER']) }],
      ['whoami', {}],
    ]);
    const uri = `task-run://${id}${random.pick(['', '/response', '/run-data', '/files'])}`;
    const isTool = random.chance(80);
    const message = isTool
      ? { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } }
      : { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri } };
    const headers = { ...jsonHeaders, accept: 'application/json, text/event-stream' };
    return {
      kind: isTool ? `tool ${name}` : 'resource',
      method: 'POST',
      url: '/mcp',
      headers,
      body: JSON.stringify(message),
    };
  }

  function restScope(route: 'run' | 'changes' | 'export'): string {
    const organization = `/api/v1/org/${orgId}`;
    const project = `${organization}/project/${projectId}`;
    const below = route === 'run' ? '' : `/${route}`;
    if (random.chance(25)) return `${organization}/task_run${below}`;
    return random.chance(50) ? `${project}/task/${random.pick(tasks)}/run${below}` : `${project}/task_run${below}`;
  }

  function restRead(): ReadRequest {
    const { id, taskId } = run();
    const task = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}`;
    const groups = [...exportGroups].filter(() => random.chance(50));
    const fields = random.chance(60) ? 'core,usage,timing' : groups.length > 0 ? groups.join() : 'core';
    const filtered = random.chance(30) ? '' : `&filter=${encodeURIComponent(JSON.stringify(filter()))}`;
    const selected = random.chance(80) ? `fields=${fields}` : '';
    const get = (kind: string, url: string): ReadRequest => ({
      ...{ kind, method: random.chance(8) ? 'HEAD' : 'GET', url, headers: {} },
    });
    const list = `${restScope('run')}?page_limit=${random.integer(1, 9)}&order_by=${order()}&${selected}${filtered}`;
    const exported = () =>
      get('export', `${restScope('export')}?format=${random.pick(['ndjson', 'csv'])}&${selected}${filtered}`);
    const findings = `/api/v1/org/${orgId}${random.pick(['', `/project/${projectId}`])}/task_run`;
    const report = random.pick(['token', 'usage', 'timing', 'credit']);
    return random.pick([
      () => get('run', `${task}/run/${id}`),
      () => get('run by id', `/api/v1/run/${id}`),
      () => get('file', `${task}/run/${id}/file/${random.pick(['one.pdf', 'other.txt', 'both.csv', 'none'])}`),
      () => {
        const page = (cursor?: string): ReadRequest => ({
          ...get('rest list', `${list}${cursor === undefined ? '' : `&cursor=${cursor}`}`),
          next: page,
        });
        return page();
      },
      () => get('changes', `${restScope('changes')}?page_limit=9&${selected}${filtered}`),
      exported,
      exported,
      () => get('report', `${task}/${report}_report?start_date=2024-01-01&end_date=2024-01-31`),
      () => get('findings', `${findings}/report?created_after=${random.pick(times)}&created_before=2025-01-02`),
    ])();
  }
}

const jsonHeaders = { 'content-type': 'application/json' };

function graphql(kind: string, query: string): ReadRequest {
  return { kind, method: 'POST', url: '/graphql', headers: jsonHeaders, body: JSON.stringify({ query }) };
}

/** Writes a value as a GraphQL literal. Names of statuses are enum values. */
function toLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${toLiteral(member)}`);
    return `{ ${members.join(', ')} }`;
  }
  return value === 'SUCCESS' || value === 'FAIL' ? value : JSON.stringify(value);
}
