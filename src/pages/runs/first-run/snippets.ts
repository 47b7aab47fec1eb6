// The commands that lead to the first run, with the caller's ids.

import { shellWord } from '../../../shell-word.js';
import type { FirstPlace, PlaceIds } from './first-place.js';

export interface Snippet {
  readonly name: string;
  readonly code: string;
}

/** Returns the commands that create what is missing, and give the caller a role on a new organization. */
export function creationOf({ missing, ...ids }: FirstPlace, subject: string): string {
  const create = psql(missing.map((kind) => insertions[kind](ids)).join('\n'));
  if (!missing.includes('organization')) return create;
  return `${create}
task-run-gateway grant --user ${shellWord(subject)} --role owner \\
  --org ${ids.orgId}`;
}

const insertions: Readonly<Record<FirstPlace['missing'][number], (ids: PlaceIds) => string>> = {
  organization: ({ orgId }) => `INSERT INTO organization (id, name)
VALUES ('${orgId}', 'My organization');`,
  project: ({ orgId, projectId }) => `INSERT INTO project (id, org_id, name)
VALUES ('${projectId}', '${orgId}', 'My project');`,
  task: ({ projectId, taskId }) => `INSERT INTO task (id, project_id, name, run_visibility)
VALUES ('${taskId}', '${projectId}',
  'My task', 'all_viewers');`,
};

/** Returns two ways to write a run. */
export function writingOf({ orgId, projectId, taskId }: PlaceIds): readonly Snippet[] {
  return [
    {
      name: 'SQL',
      code: psql(`INSERT INTO task_run (
  id, task_id, task_revision_id, created,
  run_data, response, input_tokens, output_tokens, total_tokens
) VALUES (
  gen_random_uuid(), '${taskId}', gen_random_uuid(), now(),
  '${JSON.stringify(runData)}', '${JSON.stringify(response)}', 120, 8, 128
);`),
    },
    {
      name: 'Import a file',
      code: `cat > run.ndjson <<'JSON'
${JSON.stringify({ run_data: runData, response, input_tokens: 120, output_tokens: 8 })}
JSON
task-run-gateway import --from run.ndjson --create --org ${orgId} \\
  --project ${projectId} --task ${taskId}`,
    },
  ];
}

const runData = { submitted: { text: 'Where is my parcel?' } };
const response = { category: 'shipping' };

/** Returns two ways to read the newest run. @param root the URL of the gateway, with a trailing slash */
export function readingOf({ orgId, projectId, taskId }: PlaceIds, root: string): readonly Snippet[] {
  const url = `${root}api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run?page_limit=1`;
  return [
    { name: 'curl', code: `curl -s -H "Authorization: Bearer $TOKEN" \\\n  ${shellWord(url)}` },
    {
      name: 'Python',
      code: `import json, os, urllib.request

request = urllib.request.Request(
    "${url}",
    headers={"Authorization": "Bearer " + os.environ["TOKEN"]},
)
with urllib.request.urlopen(request) as response:
    print(json.dumps(json.load(response), indent=2))`,
    },
  ];
}

function psql(statements: string): string {
  return `psql "$DATABASE_URL" --set ON_ERROR_STOP=1 <<'SQL'\n${statements}\nSQL`;
}
