import type { StatisticsSelection } from '../../task-runs/statistics/groupings.js';
import type { RunStatistics } from '../../task-runs/statistics/statistics-tree.js';
import { described, idSchema, nullable, objectOf } from '../openapi/schemas.js';
import { type Report, reportOperation } from './report.js';
import {
  count,
  exampleWithRevision,
  groupSplit,
  measured,
  revisionSplit,
  splitBy,
  taskRevisions,
} from './report-parts.js';

interface CreditQuery {
  readonly show_reporting_group: boolean;
}

const totals = {
  total_credits: {
    type: 'string',
    pattern: '^-?\\d+(\\.\\d+)?$',
    description: 'The exact sum of the charged credits, as a decimal string.',
  },
  total_task_runs: count('The number of runs.'),
};

const reportingGroup = objectOf({
  id: described(nullable(idSchema), 'The reporting group; null for runs without one.'),
  name: { type: ['string', 'null'], description: 'The name of the group.' },
  ...totals,
});

const taskRevision = taskRevisions(totals).task_revisions as { items: { properties: object } };
const taskRevisionsWithGroups = {
  ...taskRevision,
  items: {
    ...taskRevision.items,
    properties: {
      ...taskRevision.items.properties,
      reporting_groups: {
        type: 'array',
        items: reportingGroup,
        description: 'With `show_reporting_group`: the same totals per reporting group, most runs first.',
      },
    },
  },
};

const credits = measured('runs', 'chargedCredits');

export const creditReport: Report<CreditQuery> = {
  operation: reportOperation({
    of: 'task',
    name: 'credit_report',
    operationId: 'reportCredits',
    summary: 'Credit Report of a Task',
    description: 'Returns the credits charged for the runs of a task.',
    parameters: {
      show_reporting_group: {
        type: 'boolean',
        default: false,
        description: 'Whether to include the totals per reporting group in each revision.',
      },
    },
    schema: ['CreditReport', { ...totals, task_revisions: taskRevisionsWithGroups }],
    example: exampleWithRevision({ total_credits: '4.20', total_task_runs: 3 }),
  }),
  filterOf: () => ({}),
  selectionOf({ show_reporting_group }): StatisticsSelection {
    const groups = show_reporting_group ? [{ ...groupSplit, statistics: credits }] : [];
    return splitBy(credits, { ...revisionSplit, statistics: splitBy(credits, ...groups) });
  },
  present: (statistics, query) => ({
    ...presentTotals(statistics),
    task_revisions: statistics.splitBy(revisionSplit).map((revision) => ({
      task_revision_id: revision.value,
      ...presentTotals(revision),
      ...(query.show_reporting_group ? { reporting_groups: presentGroups(revision) } : {}),
    })),
  }),
};

function presentTotals({ figures }: RunStatistics) {
  return { total_credits: figures.chargedCredits, total_task_runs: figures.runs };
}

function presentGroups(revision: RunStatistics) {
  return revision.splitBy(groupSplit).map((group) => ({
    id: group.value,
    name: group.reportingGroup?.name ?? null,
    ...presentTotals(group),
  }));
}
