// The parts that all reports share: the operation, its statistics selection, and the shape of its body. Each report's
// shape is in its own file.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RestEstimator } from '../../admission/rest-estimate.js';
import { stringifyJson } from '../../json/raw-json.js';
import { toRestName } from '../../rest-name.js';
import type { StatisticsSelection } from '../../task-runs/statistics/groupings.js';
import type { RunStatistics } from '../../task-runs/statistics/statistics-tree.js';
import type { RunFilterInput } from '../../task-runs/visibility/run-filter.js';
import { modelParameters, readModelParameters } from '../lists/filter-parameters.js';
import { readErrors } from '../openapi/error-statuses.js';
import { exampleOf } from '../openapi/examples.js';
import type { JsonSchema, Operation } from '../openapi/operation.js';
import { described, objectOf } from '../openapi/schemas.js';
import { pathParameters, paths } from '../parameters.js';
import { rethrowWithNames } from '../rest-names.js';
import { jsonResponses, sendJson } from '../send-json.js';
import { dateRangeSchema, type PeriodQuery, periodParameters, readPeriod } from './report-period.js';

const exampleRange = { start_date: '2026-10-01T00:00:00.000000Z', end_date: '2026-10-02T00:00:00.000000Z' };

export interface Report<Query> {
  readonly operation: Operation;
  filterOf(query: Query): RunFilterInput;
  selectionOf(query: Query & PeriodQuery): StatisticsSelection;
  /** Returns the body's members that follow the shared ones, in order. */
  present(statistics: RunStatistics, query: Query & PeriodQuery): Readonly<Record<string, unknown>>;
}

interface ReportDescription {
  readonly of: 'task' | 'project';
  /** The last segment of the path. */
  readonly name: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** Parameters in addition to those of the period. */
  readonly parameters?: Readonly<Record<string, JsonSchema>>;
  /** The name of the body's schema, and its members that follow the shared ones. */
  readonly schema: readonly [name: string, members: Readonly<Record<string, JsonSchema>>];
  /** Example values of these members. */
  readonly example: Readonly<Record<string, unknown>>;
}

export function reportOperation(report: ReportDescription): Operation {
  const [schemaName, members] = report.schema;
  const { project_id, task_id } = pathParameters.task;
  const id = report.of === 'task' ? { task_id } : { project_id };
  const exampleId = Object.fromEntries(Object.keys(id).map((name) => [name, exampleOf(name)]));
  return {
    path: `${paths[report.of]}/${report.name}`,
    operationId: report.operationId,
    tag: 'Reports',
    summary: report.summary,
    description: `${report.description} Counts only runs that the caller may see.`,
    parameters: {
      path: pathParameters[report.of],
      query: { ...periodParameters, ...report.parameters, ...modelParameters },
    },
    security: [{ bearer: [] }],
    responses: jsonResponses('The report.', schemaName),
    schemas: {
      [schemaName]: {
        ...objectOf({ ...id, date_range: described(dateRangeSchema, 'The period, in UTC.'), ...members }),
        examples: [{ ...exampleId, date_range: exampleRange, ...report.example }],
      },
    },
    errors: readErrors,
  };
}

export function createReport<Query>({ filterOf, selectionOf, present }: Report<Query>, estimator: RestEstimator) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { scope } = request;
    const { org_id, project_id, ...path } = request.params as Readonly<Record<string, string>>;
    const query = request.query as Query &
      PeriodQuery & { readonly task_id?: string; readonly [name: string]: unknown };
    const { createdAfter, createdBefore } = readPeriod(query, scope.budget.deadline.requestTime);
    const taskId = path.task_id ?? query.task_id ?? null;
    const filter = { ...filterOf(query), ...readModelParameters(query), createdAfter, createdBefore };
    await scope.budget.cost.admit(estimator.report({ projectId: project_id, taskId, filter }));
    const statistics = await scope.services.statistics
      .statisticsOf({ orgId: org_id!, projectId: project_id!, taskId, filter }, { ...selectionOf(query), fields: 1 })
      .catch(failInParameters);
    const id = path.task_id === undefined ? { project_id } : { task_id: path.task_id };
    const [[name, value]] = Object.entries(id) as [[string, string]];
    const dateRange = { start_date: createdAfter, end_date: createdBefore };
    const body = { [name]: value.toLowerCase(), date_range: dateRange, ...present(statistics, query) };
    return sendJson(request, reply, stringifyJson(body));
  };
}

/** Reports too many buckets at `start_date`, because only a shorter period helps. */
const failInParameters = rethrowWithNames(([argument, ...path]) => {
  if (argument === 'filter' && path.length > 0)
    return path.map((name) => (typeof name === 'string' ? toRestName(name) : name));
  return { taskId: ['task_id'], filter: ['start_date'] }[String(argument)];
});
