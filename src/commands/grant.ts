import type { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { bitOfRole, decideRoleAccess, minRoleByVisibility } from '../access/policy.js';
import { commandLine } from '../command-line.js';
import { inspectLocalDatabaseConfig, type LocalDatabaseConfig } from '../config/config.js';
import { type GrantKey, putGrant, type Subject } from '../database/access-grants.js';
import type { Role } from '../database/entities/access-grant.entity.js';
import { countTasksIn, type NamedResource } from '../database/resources.js';
import { idOfDemoSubject } from '../demo/data/demo-subjects.js';
import { shellWord } from '../shell-word.js';
import { readArguments } from './arguments/configured-command.js';
import { createCommand, readOptions } from './arguments/options.js';
import { assertSubjectExists, findExisting } from './find-resource.js';
import {
  addGrantOptions,
  parseRole,
  resourceParsers,
  resourceUsage,
  subjectParsers,
  subjectUsage,
} from './grant-options.js';
import { describeResource, describeSubject } from './terminal-text.js';
import { withDatabase } from './with-database.js';

export type GrantRequest = GrantKey & { readonly role: Role };

export function createGrantCommand(): Command {
  const command = addGrantOptions(
    createCommand('grant', 'grant a role in DATABASE_URL or the embedded database, or change a granted role'),
  ).usage(`${subjectUsage} --role ROLE ${resourceUsage}`);
  return command.action(async () => {
    const [request, config] = readArguments(command, readGrantRequest, inspectLocalDatabaseConfig);
    for (const sentence of await grantRole(request, config)) process.stdout.write(`${sentence}\n`);
  });
}

/** @throws UsageError that lists all invalid options */
export function readGrantRequest(command: Command): GrantRequest {
  return readOptions(command, (options) => ({
    subject: options.requiredOne(subjectParsers),
    role: options.required('role', parseRole),
    resource: options.requiredOne(resourceParsers),
  }));
}

/** Grants a role. Returns a sentence about the change, and one about the runs that the grant makes visible. */
export async function grantRole(request: GrantRequest, config: LocalDatabaseConfig): Promise<readonly string[]> {
  const { subject, role } = request;
  return withDatabase(config, async (dataSource) => {
    const resource = await findExisting(dataSource, request.resource);
    await assertSubjectExists(dataSource, subject);
    const before = await putGrant(dataSource, request, role);
    return [
      sentenceOf(before, role, describeSubject(subject), describeResource(resource)),
      await describeAccess(dataSource, resource, role),
      ...demoNameNote(subject),
    ];
  });
}

function sentenceOf(before: Role | null, role: Role, subject: string, resource: string): string {
  if (before === null) return `Granted ${role} on ${resource} to ${subject}.`;
  if (before === role) return `Nothing to do: ${subject} already has ${role} on ${resource}.`;
  return `Changed ${before} to ${role} on ${resource} for ${subject}.`;
}

/** Describes the runs that a role may read, because tasks show their runs only to some roles, by default to owners. */
async function describeAccess(dataSource: DataSource, resource: NamedResource, role: Role): Promise<string> {
  const counts = await countTasksIn(dataSource, resource);
  const total = counts.reduce((sum, { tasks }) => sum + tasks, 0);
  const visibleTasks = counts.reduce(
    (sum, { visibility, tasks }) => sum + (decideRoleAccess(bitOfRole(role), visibility) === 'all' ? tasks : 0),
    0,
  );
  if (total === 0) return 'The resource has no tasks yet.';
  if (role === 'analyst') {
    const tasks = nameTasks(total, resource);
    return `The grant makes the usage of all runs of ${tasks} visible, and the payload of those whose user_id is the caller's.`;
  }
  if (visibleTasks === total) return `The grant makes all runs of ${nameTasks(total, resource)} visible.`;
  if (resource.type === 'task') {
    const { visibility } = counts[0]!;
    return `The grant makes visible only the runs whose user_id is the caller's. run_visibility of the task is ${visibility}, so all runs require the role ${minRoleByVisibility[visibility]}.`;
  }
  return `The grant makes all runs of ${visibleTasks} of the ${total} tasks visible, and in the other tasks only those whose user_id is the caller's.`;
}

function nameTasks(total: number, { type }: NamedResource): string {
  if (type === 'task') return 'the task';
  return total === 1 ? `the ${type}'s only task` : `the ${total} tasks`;
}

/**
 * Warns about the names of demo subjects, because the token command signs tokens for other users when given these
 * names.
 */
function demoNameNote({ type, id }: Subject): readonly string[] {
  const demoId = type === 'user' ? idOfDemoSubject(id) : undefined;
  if (demoId === undefined) return [];
  return [
    `Tokens of ${commandLine('token', `--subject ${shellWord(id)}`)} are for a different user, the demo's ${id}: ${demoId}.`,
  ];
}
