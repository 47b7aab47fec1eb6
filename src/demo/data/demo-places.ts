// The demo's well-known subjects and runs, which the start-up message, GraphiQL and the README show.

import { type DemoTask, demoProjects, demoTasks } from './demo-catalogue.js';
import { demoId } from './ids.js';

/** Subjects that see different parts of the demo, by the grants of `demo-grants.ts`. */
export const demoSubjects = {
  /** Owns the first organization. */
  owner: demoId('subject/owner'),
  /** Edits the first organization's first project. */
  editor: demoId('subject/editor'),
  /** Views the first organization's first project. */
  viewer: demoId('subject/viewer'),
  /** Views the first organization, which as a whole views the second organization's first project. */
  member: demoId('subject/member'),
  /** Views one task, that of `demoPlaces.richRun`. */
  taskViewer: demoId('subject/task-viewer'),
  /** Views one task whose runs only owners see, and executed some of them. */
  executor: demoId('subject/executor'),
  /** Has no grant at all. */
  stranger: demoId('subject/stranger'),
} as const;

/** The runs that each subject sees, in a few words. */
export const demoAccess: Readonly<Record<keyof typeof demoSubjects, string>> = {
  owner: 'all runs of Harbor Insurance, and of two tasks in Storefront',
  editor: 'all runs of three tasks in Claims intake',
  viewer: 'all runs of two tasks in Claims intake',
  member: 'all runs of four tasks of Harbor Insurance, and of two in Storefront',
  taskViewer: 'all runs of one task, Support triage in Claims intake',
  executor: 'its own runs of one task, Translation in Claims intake',
  stranger: 'nothing',
};

/** Returns undefined for an unknown name. */
export function idOfDemoSubject(name: string): string | undefined {
  return Object.hasOwn(demoSubjects, name) ? demoSubjects[name as keyof typeof demoSubjects] : undefined;
}

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

/** Runs that are always in the demo, each as an example of something. */
export const demoPlaces = {
  /** Every field has a value: seven files, a reporting group, a fallback. All viewers of the task see it. */
  richRun: pathOf(triageTask, 'run/rich', '2026-10-30T09:41:12.247Z'),
  /** Failed after retries. All viewers of the task see it. */
  failedRun: pathOf(triageTask, 'run/failed', '2026-10-30T17:03:55.018Z'),
  /** Only owners see it, and `demoSubjects.executor`, who executed it. */
  executorRun: pathOf(ownerOnlyTask, 'run/executor', '2026-10-31T06:20:00.500Z'),
  /** In the second organization; `demoSubjects.member` sees it through the first organization's grant. */
  sharedRun: pathOf(sharedTask, 'run/shared', '2026-10-31T11:59:59.999Z'),
} as const satisfies Record<string, DemoPath>;

function taskOf(projectId: string, visibility: string): DemoTask {
  return demoTasks.find(({ row }) => row.projectId === projectId && row.runVisibility === visibility)!;
}

function pathOf({ row }: DemoTask, name: string, created: string): DemoPath {
  const { orgId } = demoProjects.find(({ id }) => id === row.projectId)!;
  return { orgId, projectId: row.projectId, taskId: row.id, id: demoId(name, Date.parse(created)) };
}
