// The options of grant, revoke and grants: subject, role, resource and the variables for the database.

import type { Command } from 'commander';
import { grantedRoles } from '../access/policy.js';
import { maxSubjectLength, normalizeSubject } from '../access/subject.js';
import { databaseVariables } from '../config/config.js';
import { parseOneOf } from '../config/values.js';
import type { Resource, Subject } from '../database/access-grants.js';
import type { ResourceType, Role, SubjectType } from '../database/entities/access-grant.entity.js';
import { addVariableOptions } from './arguments/configured-command.js';
import { parseId, valueOption } from './arguments/options.js';

export function addGrantOptions(command: Command): Command {
  const withSubject = command
    .addOption(valueOption('--user <SUB>', 'a user or client: the "sub" of its tokens'))
    .addOption(
      valueOption('--organization-members, --org-members <ID>', 'all users with a direct grant on this organization'),
    )
    .addOption(valueOption('--project-members <ID>', 'all users with a direct grant on this project'))
    .addOption(valueOption('--role <role>', `role: ${grantedRoles.join(', ')}`));
  return addVariableOptions(addResourceOptions(withSubject), [...databaseVariables, 'DATABASE_TIMEOUT_MS', 'DATA_DIR']);
}

export function addResourceOptions(command: Command): Command {
  return command
    .addOption(valueOption('--organization, --org <ID>', 'the organization, with its projects and tasks'))
    .addOption(valueOption('--project <ID>', 'the project, with its tasks'))
    .addOption(valueOption('--task <ID>', 'the task'));
}

export const subjectUsage = '--user SUB|--org-members ID|--project-members ID';
export const resourceUsage = '--org ID|--project ID|--task ID';

const subjectOf = (type: SubjectType, parse: (text: string) => string) => (text: string) => ({ type, id: parse(text) });
const resourceOf = (type: ResourceType) => (text: string) => ({ type, id: parseId(text) });

export const subjectParsers: Readonly<Record<string, (text: string) => Subject>> = {
  user: subjectOf('user', parseUser),
  'org-members': subjectOf('organization', parseId),
  'project-members': subjectOf('project', parseId),
};

export const resourceParsers: Readonly<Record<string, (text: string) => Resource>> = {
  task: resourceOf('task'),
  project: resourceOf('project'),
  org: resourceOf('organization'),
};

export const parseRole = (text: string): Role => parseOneOf(text, grantedRoles);

/** The option for a resource of each type. */
export const flagOf: Readonly<Record<ResourceType, string>> = {
  organization: '--org',
  project: '--project',
  task: '--task',
};

/** The option for a subject of each type. */
export const subjectFlagOf: Readonly<Record<SubjectType, string>> = {
  user: '--user',
  organization: '--org-members',
  project: '--project-members',
};

export function parseUser(text: string): string {
  if (text === '' || text.length > maxSubjectLength) throw new Error(`is not 1 to ${maxSubjectLength} characters.`);
  return normalizeSubject(text);
}
