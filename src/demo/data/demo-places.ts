// The demo's well-known runs, which GraphiQL and the README use, and its subjects.

import { type DemoTask, demoProjects, demoTasks } from './demo-catalogue.js';
import { demoId } from './ids.js';

export { demoAccess, demoSubjects, idOfDemoSubject } from './demo-subjects.js';

/** The path of a run. */
export interface DemoPath {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}

const [firstProject, , sharedProject] = demoProjects;
export const triageTask = taskOf(firstProject!.id, 'all_viewers');
export const ownerOnlyTask = taskOf(firstProject!.id, 'owner_only');
export const sharedTask = taskOf(sharedProject!.id, 'all_viewers');

/** Runs that the demo always contains, each as an example of something. */
export const demoPlaces = {
  /**
   * All fields have values, including seven files, a reporting group and a fallback. All viewers of the task may read
   * it.
   */
  richRun: pathOf(triageTask, 'run/rich', '2026-10-30T09:41:12.247Z'),
  /** Failed after retries. All viewers of the task may read it. */
  failedRun: pathOf(triageTask, 'run/failed', '2026-10-30T17:03:55.018Z'),
  /** Only owners may read it, and `demoSubjects.executor`, who executed it. */
  executorRun: pathOf(ownerOnlyTask, 'run/executor', '2026-10-31T06:20:00.500Z'),
  /** In the second organization. `demoSubjects.member` may read it through the first organization's grant. */
  sharedRun: pathOf(sharedTask, 'run/shared', '2026-10-31T11:59:59.999Z'),
} as const satisfies Record<string, DemoPath>;

function taskOf(projectId: string, visibility: string): DemoTask {
  return demoTasks.find(({ row }) => row.projectId === projectId && row.runVisibility === visibility)!;
}

function pathOf({ row }: DemoTask, name: string, created: string): DemoPath {
  const { orgId } = demoProjects.find(({ id }) => id === row.projectId)!;
  return { orgId, projectId: row.projectId, taskId: row.id, id: demoId(name, Date.parse(created)) };
}
