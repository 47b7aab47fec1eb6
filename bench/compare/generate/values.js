// Values of arguments and parameters by name: most are valid, some at or above a limit.

import { callers, idOf } from '../world.js';

const malformedIds = ['not-an-id', '', '0190a234', '0190a234-8dc6-6d08-aea9-928fcecad8fg', '%00', 'x'.repeat(300)];
const dates = ['2025-03-01', '2025-03-02T06:00:00Z', '2025-03-04T00:00:00+02:00', '2025-03-01T00:00:00.000001Z'];
const oddDates = ['-7d', 'last week', 'now', '0001-01-01', '9999-12-31T23:59:59Z', 'soon', '2025-02-30', ''];
const pointers = [
  '/label',
  '/n',
  '/items/0/label',
  '/text',
  '/submitted/n',
  '/deep/a~1b/~0/1/label',
  '//',
  '/items',
  '',
];
const oddPointers = ['label', '/missing', '/items/-', '/~2', `/${'x'.repeat(2000)}`];
const permissions = ['organization:view', 'project:view', 'task:view', 'task_run:read', 'reporting_group:read'];
const primitives = ['L1', 'L3', 1, 4, 0.25, true, false, null, '東京', 'naïve', '1'];

/**
 * Returns makers of values for one request.
 * @param {{ random: import('../random.js').Random, world: ReturnType<import('../world.js').createWorld>, caller: string }} parts
 */
export function createValues({ random, world, caller }) {
  const place = createPlace(random, world, callers[caller].tasks);
  const fileNames = world.files.filter((file) => file.task_run_id === place.id).map(({ name }) => name);
  const oneOf =
    (usual, odd, percent = 8) =>
    () =>
      random.pick(random.chance(percent) ? odd : usual);
  const date = oneOf(dates, oddDates);
  const integer = oneOf([0, 1, 2, 100, 1000, 3000], [-1, 2 ** 31, 1.5]);
  const decimal = oneOf([0, 0.5, 1, 30, '1.00'], [-1, '1e-3', 'many', '9'.repeat(60)]);
  const pageSize = oneOf([1, 2, 3, 5, 10, 20, 50, 100], [0, -1, 101, 1000]);
  const makers = {
    orgId: () => place.orgId,
    projectId: () => place.projectId,
    taskId: () => place.taskId,
    id: () => place.id,
    taskRunId: () => place.id,
    ids: () => [
      place.id,
      ...random.some(place.runIds, random.integer(0, 5)),
      ...(random.chance(10) ? [idOf('x', 1)] : []),
    ],
    first: pageSize,
    last: pageSize,
    pageLimit: pageSize,
    after: oneOf(['nonsense'], ['', 'AAAA', 'x'.repeat(2000)]),
    wait: () => 0,
    path: oneOf(pointers, oddPointers),
    length: oneOf([1, 10, 200], [0, 1000, 1001]),
    max: oneOf([1, 10, 100, 10_000], [0, 100_001]),
    timeZone: oneOf(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'], ['Mars/Base', '']),
    permission: oneOf(permissions, ['task_run:write', '']),
    permissions: () => random.some([...permissions, ...(random.chance(10) ? ['nothing'] : [])], 4),
    member: oneOf(world.users, ['owner', 'nobody', 'x'.repeat(300)]),
    startDate: oneOf(['2025-03-01', '2025-03-02'], oddDates),
    endDate: oneOf(['2025-03-05', '2025-03-10T12:00:00Z', '2025-03-03'], oddDates),
    createdAfter: date,
    createdBefore: date,
    taskRevisionId: oneOf(world.revisions, [idOf('x', 2), ...malformedIds]),
    reportingGroupId: oneOf([...world.groups.map((group) => group.id), 'null'], [idOf('x', 3), ...malformedIds]),
    userId: oneOf(world.users, [idOf('x', 4), ...malformedIds]),
    fallbackLlmModelId: oneOf(world.models, [idOf('x', 5), ...malformedIds]),
    reportingGroupName: oneOf(
      world.groups.map((group) => group.name),
      ['nothing', '', 'x'.repeat(65)],
    ),
    failureIn: () =>
      Array.from(
        { length: random.integer(1, 3) },
        oneOf(['No message', 'The model did not answer.'], ['', 'x'.repeat(201)]),
      ),
    primaryFailureReasonContains: oneOf(['time', '100%', 'rate_', '"quota"'], ['', 'x'.repeat(1001)]),
    search: oneOf(['alpha', 'naïve', 'ZÜRICH', 'order 4711', '東京', 'quoted'], ['', '!', 'x'.repeat(1001)]),
    fileName: oneOf(fileNames.length > 0 ? fileNames : ['report.pdf'], ['missing.bin', 'none', '..', 'a\u0000b'], 15),
    eq: oneOf([...world.references, ...world.contexts], ['none', 'x'.repeat(65)]),
    startsWith: oneOf(['order-', '100%', 'context', 'R'], ['', 'x'.repeat(65)]),
    fields: oneOf(['core', 'core,usage,timing,io', 'files,core', 'usage'], ['none', '', 'core,core']),
  };
  for (const name of ['taskRevisionId', 'reportingGroupId', 'userId', 'fallbackLlmModelId']) {
    makers[`${name}In`] = () => Array.from({ length: random.integer(1, 3) }, makers[name]);
  }
  makers.in = () => Array.from({ length: random.integer(1, 3) }, makers.eq);
  const jsonMakers = {
    path: makers.path,
    eq: oneOf(primitives, ['x'.repeat(2000)]),
    in: () => random.some(primitives, 3),
    contains: oneOf(['L', 'a', 'L2', 1], ['']),
  };
  const maker = (name, owner) => {
    if (owner === 'JSONCondition') return jsonMakers[name];
    if (/^m(in|ax).*(Retries|Tokens)$/.test(name)) return integer;
    if (/^m(in|ax).*(Timing|Credits)$/.test(name)) return decimal;
    return makers[name];
  };
  return {
    place,
    random,
    date,
    decimal,
    integer,
    /**
     * Returns a value for a name in camel case, to which an input type may give another meaning, or `undefined` for an
     * unknown name.
     */
    byName: (name, owner) => maker(name, owner)?.(),
  };
}

/**
 * Returns the ids of a request: usually a valid path, otherwise a mixture of paths, an unknown id or a malformed one.
 */
function createPlace(random, world, tasks) {
  const place = world.places[random.chance(85) ? random.pick(tasks) : random.integer(0, world.places.length - 1)];
  const { runIds, ...path } = place;
  const ids = { ...path, id: runIds.length > 0 ? random.pick(runIds) : idOf('x', 0) };
  if (runIds.includes(world.largeRunIds[0]) && random.chance(10)) ids.id = random.pick(world.largeRunIds);
  const other = random.pick(world.places);
  const name = random.pick(['orgId', 'projectId', 'taskId', 'id']);
  const kind = random.integer(0, 24);
  if (kind === 0) ids[name] = name === 'id' ? random.pick([...other.runIds, idOf('x', 6)]) : other[name];
  else if (kind === 1) ids[name] = idOf('x', 7);
  else if (kind === 2) ids[name] = random.pick(malformedIds);
  else if (kind === 3) ids[name] = ids[name].toUpperCase();
  return { ...ids, runIds };
}
