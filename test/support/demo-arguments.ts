import { demoPlaces } from '../../src/demo/data/demo-places.js';
import type { Random } from '../../src/demo/data/random.js';

const { richRun, failedRun } = demoPlaces;
const missingId = richRun.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
const paths = [
  ...[richRun, richRun, failedRun],
  ...[
    { ...richRun, id: missingId },
    { ...richRun, orgId: missingId },
    { ...richRun, id: 'malformed' },
  ],
];
const pointers = ['/route/team', '/files', '/no/such/place', '', 'malformed'];

/** Generates arguments for fields: mostly valid paths in the demo data, JSON Pointers, and arbitrary other values. */
export function demoArguments(field: string, random: Random): Record<string, unknown> {
  const { id, ...task } = random.pick(paths);
  const entity = random.pick([{ ...task, id }, { id }, { __typename: 'Task' }]);
  switch (field) {
    case 'taskRun':
      return { ...task, id };
    case 'taskRunsByIds':
      return { ...task, ids: [id, richRun.id] };
    case 'taskRunStats':
      return { ...task, filter: random.pick([{ createdAfter: '2026-10-01', createdBefore: '2026-11-01' }, null]) };
    case 'taskRuns':
      return {
        ...task,
        ...random.pick([{ first: 2, last: null }, { last: 3, first: null }, {}]),
        after: null,
        before: null,
      };
    case '_entities':
      return {
        representations: [
          { __typename: 'TaskRun', ...entity },
          { __typename: 'ReportingGroup', id },
        ],
      };
    default:
      return {
        path: random.pick(pointers),
        first: random.pick([2, 0, null]),
        timeZone: random.pick(['UTC', 'Europe/Berlin', 'Nowhere/Else']),
      };
  }
}
