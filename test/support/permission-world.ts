// A small world with a case for every row of the permission table.

import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { rolesByRank } from '../../src/access/policy.js';
import type { Role } from '../../src/database/entities/access-grant.entity.js';
import type { RunVisibility } from '../../src/database/entities/task.entity.js';
import type { Queries } from './databases.js';

/**
 * Each test file has separate ids, because files share databases. They are the same in every checkout, because some
 * rows stay on the server. Version and variant digits are arbitrary.
 */
const testFile = relative('', expect.getState().testPath!);
export const idPrefix = `${createHash('sha256').update(testFile).digest('hex').slice(0, 8)}-8dc6-0d08-2ea9-`;
export const idOf = (number: number) => `${idPrefix}${number.toString(16).padStart(12, '0')}`;

export const visibilities = ['owner_only', 'editors_and_owners', 'all_viewers'] as const satisfies RunVisibility[];
export const roles = rolesByRank;
export const levels = ['organization', 'project', 'task'] as const;
export type Level = (typeof levels)[number];

export const world = {
  org: idOf(1),
  project: idOf(2),
  taskOf: { owner_only: idOf(3), editors_and_owners: idOf(4), all_viewers: idOf(5) },
  runOf: { owner_only: idOf(6), editors_and_owners: idOf(7), all_viewers: idOf(8) },
  otherOrg: idOf(9),
  otherProject: idOf(10),
  otherTask: idOf(11),
  otherRun: idOf(12),
  /** A second project of the first organization, with a task and a run. */
  siblingProject: idOf(13),
  siblingTask: idOf(14),
  siblingRun: idOf(15),
  /** A project whose members, as a set, are analysts of the first project. */
  analystSet: idOf(16),
  absent: idOf(99),
  executor: idOf(50),
} as const;

/**
 * Returns the subject that has exactly one direct grant: the role on the level, or on every task if the level is a
 * task.
 */
export const direct = (role: Role, level: Level) => `direct-${role}-${level}`;
/**
 * Returns a subject that has its role through a set, because it has a direct grant on the other organization or
 * project.
 */
export const throughSet = (role: Role, set: 'organization' | 'project') => `set-${role}-${set}`;

/** Subjects that are analysts of the first project, its organization or its tasks, with and without another role. */
export const analysts = {
  ofOrganization: 'analyst-organization',
  ofProject: 'analyst-project',
  ofTasks: 'analyst-task',
  /** Has both roles on the project. */
  viewerToo: 'analyst-and-viewer',
  /** An editor of the organization who is an analyst of the project. */
  editorToo: 'analyst-and-editor-above',
  ownerToo: 'analyst-and-owner',
  throughSet: 'analyst-through-set',
} as const;
/**
 * An analyst of the other organization, whose members are viewers of the first project. Analysts are not members of
 * that set.
 */
export const analystOfSet = 'analyst-of-a-set';

/** Subjects with different rights: every direct role, sets, a set in a set, nothing, and having executed a run. */
export const subjects = [
  ...Object.values(analysts),
  analystOfSet,
  ...roles.flatMap((role) => levels.map((level) => direct(role, level))),
  throughSet('viewer', 'organization'),
  throughSet('editor', 'project'),
  'nested',
  'stranger',
  world.executor,
];

export async function arrangePermissionWorld(database: Queries): Promise<void> {
  const run = (sql: string, values: unknown[]) => database.query(sql, values);
  for (const org of [world.org, world.otherOrg])
    await run("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [org]);
  const projects = [
    [world.project, world.org],
    [world.siblingProject, world.org],
    [world.otherProject, world.otherOrg],
    [world.analystSet, world.otherOrg],
  ];
  for (const project of projects)
    await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Apollo')", project);
  const tasks = [
    ...visibilities.map((visibility) => [world.taskOf[visibility], world.project, visibility]),
    [world.siblingTask, world.siblingProject, 'all_viewers'],
    [world.otherTask, world.otherProject, 'all_viewers'],
  ];
  for (const task of tasks) {
    await run("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Triage', $3)", task);
  }
  const runs = [
    ...visibilities.map((visibility) => [world.runOf[visibility], world.taskOf[visibility]]),
    [world.siblingRun, world.siblingTask],
    [world.otherRun, world.otherTask],
  ];
  for (const [id, task] of runs) {
    await run(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
       VALUES ($1, $2, $2, '{"submitted":"secret"}', '2024-01-16T13:33:25.247662', 1, 2, 3, $3)`,
      [id, task, world.executor],
    );
  }
  const grant = (resourceType: Level, resourceId: string, subjectType: string, subjectId: string, role: Role) =>
    run('INSERT INTO access_grant VALUES ($1, $2, $3, $4, $5)', [
      resourceType,
      resourceId,
      subjectType,
      subjectId,
      role,
    ]);

  await grant('project', world.project, 'user', world.executor, 'viewer');
  for (const role of roles) {
    await grant('organization', world.org, 'user', direct(role, 'organization'), role);
    await grant('project', world.project, 'user', direct(role, 'project'), role);
    for (const task of Object.values(world.taskOf)) await grant('task', task, 'user', direct(role, 'task'), role);
  }
  // Two sets: the other organization's members are viewers of the project, and the other project's are editors of each
  // task. The role inside the set differs from the role that the set is granted.
  await grant('project', world.project, 'organization', world.otherOrg, 'viewer');
  await grant('organization', world.otherOrg, 'user', throughSet('viewer', 'organization'), 'owner');
  for (const task of Object.values(world.taskOf)) await grant('task', task, 'project', world.otherProject, 'editor');
  await grant('project', world.otherProject, 'user', throughSet('editor', 'project'), 'viewer');
  // Sets do not nest: the sibling project's members are members of the other organization only as a set.
  await grant('organization', world.otherOrg, 'project', world.siblingProject, 'owner');
  await grant('project', world.siblingProject, 'user', 'nested', 'owner');

  await grant('organization', world.org, 'user', analysts.ofOrganization, 'analyst');
  for (const task of Object.values(world.taskOf)) await grant('task', task, 'user', analysts.ofTasks, 'analyst');
  for (const subject of [analysts.ofProject, analysts.viewerToo, analysts.editorToo, analysts.ownerToo]) {
    await grant('project', world.project, 'user', subject, 'analyst');
  }
  await grant('project', world.project, 'user', analysts.viewerToo, 'viewer');
  await grant('organization', world.org, 'user', analysts.editorToo, 'editor');
  await grant('task', world.taskOf.owner_only, 'user', analysts.ownerToo, 'owner');
  await grant('project', world.project, 'project', world.analystSet, 'analyst');
  await grant('project', world.analystSet, 'user', analysts.throughSet, 'viewer');
  await grant('organization', world.otherOrg, 'user', analystOfSet, 'analyst');
}
