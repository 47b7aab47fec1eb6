// Questions about a large project: lists, counts and reports, for all time and recent time.

const day = 86_400_000;
const fields = `id status created llmCallTiming totalTokens chargedCredits reference
  response(path: "/category") reportingGroup { name }`;

const list = (name, filter, { orderBy = 'CREATED_DESC', slice = 'first: 50' } = {}) => ({
  name: `list: ${name}`,
  query: `query ($org: ID!, $project: ID!, $filter: TaskRunFilter) {
    taskRuns(orgId: $org, projectId: $project, ${slice}, orderBy: ${orderBy}, filter: $filter) {
      nodes { ${fields} } pageInfo { hasNextPage hasPreviousPage endCursor } scan { isComplete }
    }
  }`,
  filter,
});

const count = (name, filter) => ({
  name: `count: ${name}`,
  query: `query ($org: ID!, $project: ID!, $filter: TaskRunFilter) {
    taskRuns(orgId: $org, projectId: $project, filter: $filter) { totalCount }
  }`,
  filter,
});

const report = (name, selection) => ({
  name: `report: ${name}`,
  query: `query ($org: ID!, $project: ID!, $filter: TaskRunFilter) {
    taskRunStats(orgId: $org, projectId: $project, filter: $filter) { ${selection} }
  }`,
  filter: {},
});
const groups = (name, dimension) =>
  report(name, `groupBy(dimension: ${dimension}, first: 20) { value runs errors totalTokens chargedCredits }`);

/** The requests that the pages send by default. */
const figures = 'runs errors fallbacks totalTokens chargedCredits llmCallTiming { p50 p95 }';
const compared = `${figures} previous { ${figures} }`;
const breakdown = ['FAILURE_REASON', 'TASK', 'REPORTING_GROUP', 'FALLBACK_MODEL'].map(
  (name) => `${name}: groupBy(dimension: ${name}, first: 10) { value firstCreated lastCreated ${compared} }`,
);
const facet = (dimension, filter = {}) => ({
  ...report(`values of ${dimension}`, `groupBy(dimension: ${dimension}, first: 50) { value runs }`),
  filter,
});
const pages = [
  ...['TASK', 'STATUS', 'REPORTING_GROUP', 'USER'].map((dimension) => facet(dimension)),
  facet('FAILURE', { status: 'FAIL' }),
];
const weekly = [
  report('statistics page', `${compared} buckets(by: DAY, withEmpty: true) { start ${figures} }`),
  report('statistics page, groups', breakdown.join(' ')),
];

/** @param {number} days the last ones; 0: all time */
const within = (days, { name, filter, ...question }, now) => ({
  ...question,
  name: `${name}, ${days === 0 ? 'all' : `${days} d`}`,
  filter: days === 0 ? filter : { ...filter, createdAfter: new Date(now - days * day).toISOString() },
});

/**
 * @param {{ now: number, revisionId: string, userId: string, contextId: string }} values of the data; the revision is an
 *   old one
 */
export function questions({ now, revisionId, userId, contextId }) {
  const absentId = '00000000-0000-4000-8000-000000000000';
  const middle = (hours) => ({
    createdAfter: new Date(now - 30 * day).toISOString(),
    createdBefore: new Date(now - 30 * day + hours * 3_600_000).toISOString(),
  });
  const lists = [
    list('newest', {}),
    list('last 50', {}, { slice: 'last: 50' }),
    list('failed', { status: 'FAIL' }),
    list('failed, oldest', { status: 'FAIL' }, { orderBy: 'CREATED_ASC' }),
    list('fallback model', { usedFallbackModel: true }),
    list('an old revision', { taskRevisionId: revisionId }),
    list('an absent revision', { taskRevisionId: absentId }),
    list('user', { userId }),
    list('context', { contextId: { eq: contextId } }),
    list('one day in the middle', middle(24)),
    list('reference begins with', { reference: { startsWith: 'ticket-1234' } }),
    list('absurd credits', { minChargedCredits: '1000000' }),
    list('failure reason contains', { primaryFailureReasonContains: 'limit' }),
    list('absent failure reason', { primaryFailureReasonContains: 'absent' }),
    list('failed, absent revision, credits', {
      OR: [{ taskRevisionId: absentId }, { minChargedCredits: '1000000' }],
      status: 'FAIL',
    }),
    list('category', { response: [{ path: '/category', eq: 'billing' }] }),
    list('absent category', { response: [{ path: '/category', eq: 'absent' }] }),
  ];
  const perPeriod = [
    list('most credits', {}, { orderBy: 'CHARGED_CREDITS_DESC' }),
    count('all runs', {}),
    count('failed', { status: 'FAIL' }),
    report('total', 'runs errors totalTokens chargedCredits'),
    report('by day', 'buckets(by: DAY, timeZone: "Europe/Berlin") { start runs errors chargedCredits }'),
    groups('revision', 'REVISION'),
    groups('user', 'USER'),
    groups('failure reason', 'FAILURE_REASON'),
    groups('failure', 'FAILURE'),
    groups('context', 'CONTEXT'),
    groups('reference', 'REFERENCE'),
    report('percentiles', 'llmCallTiming { p50 p90 p95 p99 }'),
    report('percentiles by day', 'buckets(by: DAY, timeZone: "Europe/Berlin") { start llmCallTiming { p50 p99 } }'),
    report('category', 'groupBy(dimension: RESPONSE, path: "/category", first: 20) { value runs errors }'),
  ];
  const pageQuestions = [
    ...pages.map((question) => within(0, question, now)),
    ...weekly.map((question) => within(7, question, now)),
  ];
  return [
    ...lists,
    ...pageQuestions,
    ...[7, 30, 0].flatMap((days) => perPeriod.map((question) => within(days, question, now))),
  ];
}
