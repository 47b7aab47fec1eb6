import type { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { noRoles, type RoleSet, rolesIn } from '../access/policy.js';
import { commandLine } from '../command-line.js';
import { inspectLocalDatabaseConfig, type LocalDatabaseConfig } from '../config/config.js';
import {
  deleteGrant,
  deleteGrantsOf,
  deleteMissingGrants,
  type GrantKey,
  type Resource,
  type Subject,
} from '../database/access-grants.js';
import type { ResourceType, Role } from '../database/entities/access-grant.entity.js';
import { findResources } from '../database/resources.js';
import { type RevokedShares, revokeShares } from '../database/share-revocations.js';
import { shellWord } from '../shell-word.js';
import { pathJoins } from '../task-runs/visibility/roles-in-sql.js';
import { readArguments } from './arguments/configured-command.js';
import {
  createCommand,
  type OptionReader,
  parseId,
  parseNonEmpty,
  readOptions,
  valueOption,
} from './arguments/options.js';
import { confirm, processTerminal, type Terminal } from './confirm.js';
import { assertSubjectExists, findExisting } from './find-resource.js';
import {
  addGrantOptions,
  parseRole,
  parseUser,
  resourceParsers,
  resourceUsage,
  subjectFlagOf,
  subjectParsers,
  subjectUsage,
} from './grant-options.js';
import { formatGrants } from './grants.js';
import { describeResource, describeSubject, escapeUnprintable } from './terminal-text.js';
import { withDatabase } from './with-database.js';

/**
 * Without a role, the subject's only role is revoked. `missing` stands for all grants on resources that no longer
 * exist.
 */
export type RevokeRequest = (GrantKey & { readonly role: Role | undefined }) | 'missing';

/** A request to revoke all grants of a subject. */
export interface RevokeAllRequest {
  readonly subject: Subject;
  /** Whether to revoke without asking. */
  readonly isConfirmed: boolean;
}

export function createRevokeCommand(): Command {
  const command = addGrantOptions(createCommand('revoke', 'revoke a role in DATABASE_URL or the embedded database'))
    .usage(
      `(${subjectUsage}) [--role ROLE] (${resourceUsage}) | (${subjectUsage}) --all [--yes] | --missing | --share ID | --shares-of SUB [--issuer ISS]`,
    )
    .option('--all', 'list all grants of the subject and revoke them after confirmation')
    .option('--yes', 'with --all: revoke without asking')
    .option('--missing', 'revoke all grants on resources that no longer exist')
    .addOption(valueOption('--share <ID>', 'end a link to a run'))
    .addOption(valueOption('--shares-of <SUB>', 'end all links to runs that a user or client has made until now'))
    .addOption(valueOption('--issuer <ISS>', 'with --shares-of: only links made with tokens of this issuer'));
  return command.action(async () => {
    const [request, config] = readArguments(command, readRevokeRequest, inspectLocalDatabaseConfig);
    if (request !== 'missing' && 'kind' in request) return endShares(request, config, process.stdout);
    if (request !== 'missing' && 'isConfirmed' in request) return revokeAll(request, config, processTerminal());
    for (const sentence of await revokeRole(request, config)) process.stdout.write(`${sentence}\n`);
  });
}

/** @throws UsageError that lists all invalid options */
export function readRevokeRequest(command: Command): RevokeRequest | RevokeAllRequest | RevokedShares {
  const isGiven = (name: string) => command.getOptionValue(name) === true;
  return readOptions(command, (options) => {
    if (['share', 'sharesOf', 'issuer'].some((name) => command.getOptionValue(name) !== undefined)) {
      if (['all', 'yes', 'missing'].some(isGiven) || readGrant(options).some((value) => value !== undefined))
        options.reject('--share and --shares-of cannot be used with an option of a grant.');
      return readShares(options);
    }
    if (isGiven('yes') && !isGiven('all')) options.reject('--yes requires --all.');
    if (isGiven('all')) {
      const given = [options.optionalOne(resourceParsers), options.optional('role', parseRole)];
      if (isGiven('missing') || given.some((value) => value !== undefined))
        options.reject('--all cannot be used with --role, --missing or an option for a resource.');
      return { subject: options.requiredOne(subjectParsers), isConfirmed: isGiven('yes') };
    }
    if (isGiven('missing')) {
      if (readGrant(options).some((value) => value !== undefined))
        options.reject('--missing cannot be used with any other option of a grant.');
      return 'missing';
    }
    return {
      subject: options.requiredOne(subjectParsers),
      role: options.optional('role', parseRole),
      resource: options.requiredOne(resourceParsers),
    };
  });
}

function readShares(options: OptionReader): RevokedShares {
  const issuer = options.optional('issuer', parseNonEmpty);
  const shares = options.requiredOne<RevokedShares>({
    share: (id) => ({ kind: 'share', id: parseId(id) }),
    'shares-of': (subject) => ({ kind: 'subject', id: parseUser(subject), issuer }),
  });
  if (issuer !== undefined && shares?.kind === 'share') options.reject('--issuer cannot be used with --share.');
  return shares;
}

function readGrant(options: OptionReader) {
  return [
    options.optionalOne(subjectParsers),
    options.optionalOne(resourceParsers),
    options.optional('role', parseRole),
  ];
}

/** Ends links to runs. Succeeds for links that do not exist, because nothing has a list of links. */
export async function endShares(
  revoked: RevokedShares,
  config: LocalDatabaseConfig,
  output: Pick<Terminal['output'], 'write'>,
): Promise<void> {
  await withDatabase(config, (dataSource) => revokeShares(dataSource, revoked));
  output.write(`${sentenceOf(revoked)}\n`);
}

function sentenceOf(revoked: RevokedShares): string {
  const id = escapeUnprintable(revoked.id);
  if (revoked.kind === 'share') return `The link ${id} shows nothing from now on.`;
  const tokens = revoked.issuer === undefined ? '' : ` with tokens of ${escapeUnprintable(revoked.issuer)}`;
  return `The links to runs that ${id} has made until now${tokens} show nothing from now on.`;
}

/**
 * Lists a subject's grants, asks, and revokes them, including those added in the meantime.
 * @throws Error unless the user or the request confirms it, or if the subject is the members of a resource that does
 * not exist
 */
export async function revokeAll(
  { subject, isConfirmed }: RevokeAllRequest,
  config: LocalDatabaseConfig,
  { output, ask }: Terminal,
): Promise<void> {
  await withDatabase(config, async (dataSource) => {
    let count = 0;
    for await (const text of formatGrants({ subject, asJson: false }, dataSource)) {
      output.write(text);
      count += 1;
    }
    const subjectText = describeSubject(subject);
    const listCommand = commandLine(
      'grants',
      `${subjectFlagOf[subject.type]} ${shellWord(escapeUnprintable(subject.id))}`,
    );
    const question = `Revoke all grants of ${subjectText}?`;
    if (count > 1) await confirm(question, { isConfirmed, done: 'revoked', listCommand }, { ask });
    const revoked = await deleteGrantsOf(dataSource, subject);
    output.write(`Revoked ${revoked} ${revoked === 1 ? 'grant' : 'grants'} of ${subjectText}.\n`);
  });
}

/**
 * Revokes a role. Returns a sentence about the change, and one about a role that the subject still has.
 * @throws Error if no grant has the role, if no role is given and the subject has two, or if neither the grant nor its
 * resource exists
 */
export async function revokeRole(request: RevokeRequest, config: LocalDatabaseConfig): Promise<readonly string[]> {
  return withDatabase(config, async (dataSource) => {
    if (request === 'missing') {
      const count = await deleteMissingGrants(dataSource);
      return [`Revoked ${count} ${count === 1 ? 'grant' : 'grants'} on resources that no longer exist.`];
    }
    const { resource, subject, role } = request;
    const before = await deleteGrant(dataSource, request, role);
    // The grant on a deleted resource can be revoked as well.
    const existingResource =
      before.length === 0
        ? await findExisting(dataSource, resource)
        : (await findResources(dataSource, resource.id)).find(({ type }) => type === resource.type);
    const resourceText =
      existingResource === undefined
        ? `${resource.type} ${resource.id} (which no longer exists)`
        : describeResource(existingResource);
    const subjectText = describeSubject(subject);
    if (before.length === 0) {
      await assertSubjectExists(dataSource, subject);
      return [
        `Nothing to do: ${subjectText} had no grant on ${resourceText}.`,
        ...(await describeRemainingAccess(dataSource, request)),
      ];
    }
    const held = before.join(' and ');
    if (role !== undefined && !before.includes(role)) {
      throw new Error(`Nothing was revoked: ${subjectText} has ${held} on ${resourceText}, not ${role}.`);
    }
    if (role === undefined && before.length > 1) {
      throw new Error(`Nothing was revoked: ${subjectText} has ${held} on ${resourceText}. Choose one with --role.`);
    }
    return [
      `Revoked ${role ?? held} on ${resourceText} from ${subjectText}.`,
      ...(await describeRemainingAccess(dataSource, request)),
    ];
  });
}

const pathOf: Readonly<Record<ResourceType, string>> = {
  organization: 'SELECT id AS org_id, NULL::uuid AS project_id, NULL::uuid AS task_id FROM organization WHERE id = $2',
  project: 'SELECT org_id, id AS project_id, NULL::uuid AS task_id FROM project WHERE id = $2',
  task: `SELECT project.org_id, project.id AS project_id, task.id AS task_id
    FROM task JOIN project ON project.id = task.project_id WHERE task.id = $2`,
};

/** Warns about a role from other grants, because the operator expects that the subject no longer has access. */
async function describeRemainingAccess(
  dataSource: DataSource,
  { resource, subject }: GrantKey,
): Promise<readonly string[]> {
  if (subject.type !== 'user') return [];
  const roles = await rolesOn(dataSource, resource, subject.id);
  if (roles === noRoles) return [];
  return [
    `The subject still has ${rolesIn(roles).join(' and ')} there through other grants, on this resource, above it or to members: ${commandLine('grants', `--user ${shellWord(escapeUnprintable(subject.id))}`)}`,
  ];
}

async function rolesOn(dataSource: DataSource, { type, id }: Resource, subject: string): Promise<RoleSet> {
  const [row] = await dataSource.query(
    `SELECT granted.roles FROM (SELECT $1::varchar AS subject, path.* FROM (${pathOf[type]}) AS path) AS request ${pathJoins}`,
    [subject, id],
  );
  return row?.roles ?? noRoles;
}
