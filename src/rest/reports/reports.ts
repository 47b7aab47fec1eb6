// The reports of the REST reference, based on the same statistics as `taskRunStats`.

import type { RestEstimator } from '../../admission/rest-estimate.js';
import type { Route } from '../openapi/operation.js';
import { creditReport } from './credit-report.js';
import { createFindings, organizationFindingsOperation, projectFindingsOperation } from './findings.js';
import { projectUsageReport } from './project-usage-report.js';
import { createReport, type Report } from './report.js';
import { projectTimingReport, timingReport } from './timing-report.js';
import { tokenReport } from './token-report.js';
import { usageReport } from './usage-report.js';

export function createReportRoutes(authenticate: Route['authenticate'], estimator: RestEstimator): Route[] {
  const route = <Query>(report: Report<Query>): Route => ({
    operation: report.operation,
    authenticate,
    estimatesCost: true,
    handler: createReport(report, estimator),
  });
  return [
    route(tokenReport),
    route(usageReport),
    route(timingReport),
    route(creditReport),
    route(projectUsageReport),
    route(projectTimingReport),
    ...[projectFindingsOperation, organizationFindingsOperation].map((operation) => ({
      operation,
      authenticate,
      estimatesCost: true,
      handler: createFindings(estimator),
    })),
  ];
}
