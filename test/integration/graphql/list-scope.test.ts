// `runAccess` of a connection: whether the list contains all runs of its tasks, decided together with the list.

import { arrangePermissionWorld, direct, visibilities, world } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

describe('the run access of a list', () => {
  const gateway = useGateway({ arrange: arrangePermissionWorld });
  const project = `orgId: "${world.org}", projectId: "${world.project}"`;
  const projectList = `taskRuns(${project}, first: 5)`;
  const taskList = `taskRuns(${project}, taskId: "${world.taskOf.all_viewers}", first: 5)`;
  const viewer = direct('viewer', 'project');

  it.each([
    [direct('owner', 'project'), ['ALL', 'ALL', 'ALL', 'ALL']],
    [direct('editor', 'organization'), ['OWN', 'OWN', 'ALL', 'ALL']],
    [viewer, ['OWN', 'OWN', 'OWN', 'ALL']],
    [world.executor, ['OWN', 'OWN', 'OWN', 'ALL']],
  ])('equals for %s, in the project and in its tasks for owners, editors and viewers: %j', async (as, expected) => {
    const taskLists = visibilities.map(
      (visibility) => `${visibility}: taskRuns(${project}, taskId: "${world.taskOf[visibility]}") { runAccess }`,
    );
    const data = await gateway.dataOf(`{ project: ${projectList} { runAccess } ${taskLists.join(' ')} }`, { as });
    expect(['project', ...visibilities].map((name) => data[name].runAccess)).toEqual(expected);
  });

  it('follows the tasks to which a token is confined', async () => {
    const token = await gateway.tokenFor(viewer, { taskId: world.taskOf.all_viewers });
    expect(await gateway.dataOf(`{ ${projectList} { runAccess } }`, { token })).toEqual({
      taskRuns: { runAccess: 'ALL' },
    });
  });

  it.each([
    ['runAccess', taskList, { task_run_scopes: 1 }],
    ['runAccess', projectList, { task_run_scopes: 1 }],
    ['nodes { id }', taskList, { task_run_pages_by_task: 1 }],
    ['runAccess nodes { id }', taskList, { task_run_pages_by_task: 1 }],
    ['nodes { id }', projectList, { task_run_scopes: 1, task_run_page: 1 }],
    ['runAccess nodes { id }', projectList, { task_run_scopes: 1, task_run_page: 1 }],
    ['runAccess totalCount', projectList, { task_run_scopes: 1, task_run_count: 1 }],
  ])('adds no statement to { %s } of %s', async (fields, list, statements) => {
    const read = () => gateway.dataOf(`{ ${list} { ${fields} } }`, { as: viewer });
    expect(await gateway.statementsOf(read)).toEqual(statements);
  });
});
