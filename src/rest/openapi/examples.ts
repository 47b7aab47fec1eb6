// Examples in the OpenAPI document. A test validates each of them against its schema.

import { defaultExportGroups, exportColumns, nameOfColumn } from '../../export/export-columns.js';

const ids = {
  org_id: '01a01e2f-2000-775f-b7b0-4d2660bb1d31',
  project_id: '01a01e2f-2000-79aa-994d-0be6f1df07fd',
  task_id: '01a01e2f-2000-71a3-9c64-0eae882a5626',
  task_run_id: '01a1600c-31ac-78c1-a45f-78ec93eb7ab8',
  task_revision_id: '01a01e2f-2000-7431-b79e-335e50ce73d1',
} as const;

const reportingGroup = {
  id: '01a01e2f-2000-736b-ba90-1827f986be30',
  name: 'Évaluation',
  description: null,
  project_id: '01a01e2f-2000-79aa-994d-0be6f1df07fd',
  created: '2026-08-20T08:00:00.000000Z',
  modified: '2026-08-28T16:42:07.318254Z',
};

const file = {
  name: 'screenshot.png',
  content_type: 'image/png',
  size_bytes: 20480,
  direction: 'INPUT',
  created: '2026-10-21T19:59:34.316540Z',
  download_url: `https://gateway.example.com/api/v1/org/${ids.org_id}/project/${ids.project_id}/task/${ids.task_id}/run/${ids.task_run_id}/file/screenshot.png?expires=1793000000&subject=3q2-7w&signature=3q2-7w`,
};

const taskRun = {
  task_id: ids.task_id,
  task_revision_id: '01a01e2f-2000-7431-b79e-335e50ce73d1',
  response: {
    route: { team: 'Identity', confidence: 0.7, alternatives: [] },
    summary: 'Charged twice',
    category: 'billing',
    priority: 'normal',
    needs_human: false,
  },
  run_data: {
    files: [],
    submitted: {
      ticket: {
        id: 378198,
        body: 'I was charged twice for order 378198, please refund one of the payments.',
        channel: 'web',
        subject: 'Charged twice',
      },
      history: [],
    },
  },
  id: '01a1600c-31ac-78c1-a45f-78ec93eb7ab8',
  created: '2026-10-21T19:59:34.316540Z',
  input_tokens: 1870,
  output_tokens: 890,
  total_tokens: 2760,
  input_processor_timing: 0.00037287,
  llm_call_timing: 1.229,
  charged_credits: '0.5',
  files: [file],
  is_error: false,
  llm_retries: 0,
  used_fallback_model: true,
  primary_failure_reason: 'timeout',
  fallback_llm_model_id: '01a01e2f-2000-7c3c-a17f-e55c0cbc0cf7',
  user_id: '01a01e2f-2000-72a1-8703-ab07623ba3d2',
  reporting_group_id: '01a01e2f-2000-736b-ba90-1827f986be30',
  reference: 'Rückfrage – Müller',
  context_id: '737074239508404f5b47a64900793e89',
  reporting_group: reportingGroup,
};

const pagination = { next_cursor: 'MjAyNi0xMC0yMVQxOTo1OTozNC4zMTY1NDBa', has_next: true, page_limit: 1 };

/** The run as it appears in an export. */
const exportedRun: Readonly<Record<string, unknown>> = Object.fromEntries(
  exportColumns(defaultExportGroups)
    .map(nameOfColumn)
    .map((name) => [name, taskRun[name as keyof typeof taskRun]]),
);
const jsonLine = `${JSON.stringify(exportedRun)}\n`;
const toCell = (value: unknown) =>
  typeof value === 'object' && value !== null
    ? `"${JSON.stringify(value).replaceAll('"', '""')}"`
    : String(value ?? '');
const csvLines = [Object.keys(exportedRun), Object.values(exportedRun).map(toCell)]
  .map((cells) => `${cells.join()}\r\n`)
  .join('');

/** Examples by the names of schemas and path parameters, and by the media types of exports. */
const examples: Readonly<Record<string, unknown>> = {
  ...ids,
  file_name: file.name,
  'application/x-ndjson': jsonLine,
  'application/jsonl': jsonLine,
  'text/csv': csvLines,
  TaskRun: taskRun,
  SelectedTaskRun: Object.fromEntries(
    exportColumns(['core', 'usage', 'timing'])
      .map(nameOfColumn)
      .map((name) => [name, taskRun[name as keyof typeof taskRun]]),
  ),
  TaskRunPage: { results: [taskRun], pagination: { ...pagination, scan_complete: true } },
  TaskRunChangesPage: { results: [{ cursor: pagination.next_cursor, run: taskRun }], pagination },
  TaskRunFile: file,
  ReportingGroup: reportingGroup,
  WhoAmI: {
    client: { client_id: 'task-run-gateway-demo', org_id: null, project_id: null, task_ids: null },
    subject: '01a01e2f-2000-7900-9494-246d64fd49b2',
    issuer: 'https://demo.task-run-gateway.invalid/',
    expires: '2026-11-26T05:12:49.000000Z',
    organizations: [{ id: '01a01e2f-2000-775f-b7b0-4d2660bb1d31', name: 'Harbor Insurance', role: null }],
  },
  HeldPermissions: {
    permissions: ['project:view', 'reporting_group:read'],
    member: '01a01e2f-2000-7900-9494-246d64fd49b2',
  },
  ValidationError: {
    detail: [{ loc: ['query', 'page_limit'], msg: 'must be an integer between 1 and 100, not 101', type: 'maximum' }],
  },
};

/** Returns `undefined` if there is no example. */
export function exampleOf(name: string): unknown {
  return examples[name];
}
