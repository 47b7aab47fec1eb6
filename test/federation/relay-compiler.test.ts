// Relay's own compiler with schema.graphql and a component like those in its tutorials.

import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { block } from '../docs/documents.js';

const run = promisify(execFile);

const component = (key: string) => `
import { graphql } from 'react-relay';

graphql\`
  query TaskRunsPageQuery($orgId: ID!, $projectId: ID!, $taskId: ID!) {
    ...TaskRunsPage_runs @arguments(orgId: $orgId, projectId: $projectId, taskId: $taskId)
  }
\`;

graphql\`
  fragment TaskRunsPage_runs on Query
  @refetchable(queryName: "TaskRunsPagePaginationQuery")
  @argumentDefinitions(
    orgId: { type: "ID!" }
    projectId: { type: "ID!" }
    taskId: { type: "ID" }
    filter: { type: "TaskRunFilter" }
    first: { type: "Int", defaultValue: 50 }
    after: { type: "String" }
  ) {
    taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter, first: $first, after: $after)
      @connection(key: "${key}", filters: ["orgId", "projectId", "taskId", "filter"]) {
      totalCount
      edges {
        node {
          id
          created
          reportingGroup {
            name
          }
        }
      }
    }
  }
\`;
`;

describe('the Relay compiler', () => {
  let project: string;
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'relay-'));
    await mkdir(join(project, 'src'));
    await copyFile('schema.graphql', join(project, 'schema.graphql'));
    const config = { src: './src', schema: './schema.graphql', language: 'typescript', eagerEsModules: true };
    await writeFile(join(project, 'relay.config.json'), JSON.stringify(config));
  });
  afterEach(() => rm(project, { recursive: true, force: true }));

  const compile = async (source: string) => {
    await writeFile(join(project, 'src', 'TaskRunsPage.ts'), source);
    return run(
      process.execPath,
      [join(import.meta.dirname, 'node_modules/relay-compiler/cli.js'), 'relay.config.json'],
      {
        cwd: project,
      },
    );
  };

  it('accepts a list as a connection that can be refetched and paginated', async () => {
    await compile(component('TaskRunsPage_taskRuns'));
    const artifacts = join(project, 'src', '__generated__');
    expect((await readdir(artifacts)).sort()).toEqual([
      'TaskRunsPagePaginationQuery.graphql.ts',
      'TaskRunsPageQuery.graphql.ts',
      'TaskRunsPage_runs.graphql.ts',
    ]);
    const query = await readFile(join(artifacts, 'TaskRunsPagePaginationQuery.graphql.ts'), 'utf8');
    // Relay adds these fields itself in order to follow a connection.
    expect(query).toContain('endCursor');
    expect(query).toContain('hasNextPage');
    expect(query).toContain('LinkedHandle');
  });

  it('accepts a run that can be refetched, and the runs of a task page by page', async () => {
    await compile(block('relay-fragments').text);
    const artifacts = join(project, 'src', '__generated__');
    expect((await readdir(artifacts)).sort()).toEqual([
      'RunViewRefetchQuery.graphql.ts',
      'RunView_run.graphql.ts',
      'TaskRunsPaginationQuery.graphql.ts',
      'TaskRuns_task.graphql.ts',
    ]);
    const query = await readFile(join(artifacts, 'TaskRunsPaginationQuery.graphql.ts'), 'utf8');
    expect(query).toContain('node(id: $id)');
  });

  it('rejects a malformed connection key, so it did run', async () => {
    await expect(compile(component('anything'))).rejects.toThrow(/Command failed/);
  });
});
