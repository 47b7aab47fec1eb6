// `GET …/project/{project_id}/task_run/report` and `GET …/org/{org_id}/task_run/report`: what has changed in a period, by
// rules.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RestEstimator } from '../../admission/rest-estimate.js';
import { toRestName } from '../../rest-name.js';
import { maxFindings } from '../../task-runs/reports/find-changes.js';
import type { Finding, Report } from '../../task-runs/reports/report.service.js';
import { ruleNames } from '../../task-runs/reports/rules.js';
import { filterParameters } from '../lists/filter-parameters.js';
import { readErrors } from '../openapi/error-statuses.js';
import { exampleOf } from '../openapi/examples.js';
import type { JsonSchema, Operation } from '../openapi/operation.js';
import { described, idSchema, objectOf } from '../openapi/schemas.js';
import { pathParameters, type RunsPathParams, runsPaths, taskOfProject } from '../parameters.js';
import { rethrowWithNames } from '../rest-names.js';
import { jsonResponses, sendJson } from '../send-json.js';

const periodParameters: Readonly<Record<string, JsonSchema>> = {
  created_after: {
    ...filterParameters.created_after,
    description:
      'The start of the period, inclusive: 24 hours before its end by default. The previous period is as long, and ends here.',
  },
  created_before: {
    ...filterParameters.created_before,
    description: 'The end of the period, exclusive: now by default.',
  },
};

const periodSchema = objectOf({
  created_after: { type: 'string', format: 'date-time', description: 'The start, inclusive.' },
  created_before: { type: 'string', format: 'date-time', description: 'The end, exclusive.' },
});

const placeSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    project_id: described(idSchema, 'The project.'),
    task_id: described(idSchema, 'The task.'),
    task_name: { type: 'string', description: 'Its name, if the caller sees it.' },
    task_revision_id: described(idSchema, 'The task revision.'),
    task_revision_name: { type: 'string', description: 'Its name, if it has one.' },
    failure: { type: 'string', description: 'The kind of failure.' },
  },
};

const findingSchema = objectOf({
  rule: { type: 'string', enum: ruleNames, description: 'The rule that found it.' },
  what: { type: 'string', description: 'A sentence.' },
  now: { type: 'number', description: 'The value in the period, in the unit of the rule.' },
  before: { type: 'number', description: 'The value in the previous period.' },
  runs: { type: 'integer', minimum: 0, description: 'The number of affected runs.' },
  where: {
    ...placeSchema,
    description: 'The task and task revision, if a single one explains it, and the kind of failure.',
  },
  show: {
    type: 'object',
    additionalProperties: true,
    description: 'Parameters with which the list of the same project or organization returns exactly these runs.',
  },
});

const period = { created_after: '2026-10-01T00:00:00.000000Z', created_before: '2026-10-02T00:00:00.000000Z' };
const previous = { created_after: '2026-09-30T00:00:00.000000Z', created_before: period.created_after };

const schemas = {
  Report: {
    ...objectOf({
      period: described(periodSchema, 'The period.'),
      previous: described(periodSchema, 'The period that it is compared with.'),
      findings: {
        type: 'array',
        maxItems: maxFindings,
        items: findingSchema,
        description: 'What has changed, the findings with most affected runs first.',
      },
    }),
    examples: [
      {
        period,
        previous,
        findings: [
          {
            rule: 'failure_rate_rose',
            what: 'Support triage: 12% of the runs failed, up from 3%.',
            now: 0.12,
            before: 0.03,
            runs: 240,
            where: { project_id: exampleOf('project_id'), task_id: exampleOf('task_id'), task_name: 'Support triage' },
            show: {
              ...period,
              task_id_in: [exampleOf('task_id')],
              status: 'FAIL',
              fields: ['core', 'usage', 'timing'],
            },
          },
        ],
      },
    ],
  },
};

const shared = {
  tag: 'Reports' as const,
  security: [{ bearer: [] }],
  responses: jsonResponses('The report.', 'Report'),
  schemas,
  errors: readErrors,
};

const description =
  'Returns what has changed in a period, compared with the previous one, by rules: failures, timings, credits, retries and tasks that have stopped. Counts only runs that the caller may see.';

export const projectFindingsOperation: Operation = {
  path: `${runsPaths.project}/report`,
  operationId: 'reportProject',
  summary: 'Report of a Project',
  description,
  parameters: { path: pathParameters.project, query: { task_id: taskOfProject, ...periodParameters } },
  ...shared,
};

export const organizationFindingsOperation: Operation = {
  path: `${runsPaths.organization}/report`,
  operationId: 'reportOrganization',
  summary: 'Report of an Organization',
  description,
  parameters: { path: pathParameters.organization, query: periodParameters },
  ...shared,
};

interface FindingsQuery {
  readonly task_id?: string;
  readonly created_after?: string;
  readonly created_before?: string;
}

export function createFindings(estimator: RestEstimator) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { budget, services } = request.scope;
    const { org_id: orgId, project_id: projectId } = request.params as RunsPathParams;
    const {
      task_id: taskId,
      created_after: createdAfter,
      created_before: createdBefore,
    } = request.query as FindingsQuery;
    const input = { orgId, projectId, taskId, createdAfter, createdBefore };
    const report = await services.reports
      .report(input, (filter) => budget.cost.admit(estimator.findings({ ...input, filter })))
      .catch(rethrowWithNames(([name]) => [toRestName(String(name))]));
    return sendJson(request, reply, JSON.stringify(present(report, taskId)));
  };
}

function present({ period, previous, findings }: Report, taskId: string | undefined) {
  return {
    period: withRestNames(period),
    previous: withRestNames(previous),
    findings: findings.map(({ filter, where, ...finding }) => ({
      ...finding,
      where: withRestNames(where),
      show: {
        ...(taskId !== undefined && { task_id: taskId }),
        ...withRestNames(filter),
        ...fieldsOf({ filter }),
      },
    })),
  };
}

/** Lists with payload show fewer runs to callers who see only the usage of some. */
function fieldsOf({ filter }: Pick<Finding, 'filter'>) {
  return filter.failureIn ? {} : { fields: ['core', 'usage', 'timing'] };
}

function withRestNames(members: object) {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [toRestName(name), value]));
}
