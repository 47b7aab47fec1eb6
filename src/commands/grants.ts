import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { inspectLocalDatabaseConfig, type LocalDatabaseConfig } from '../config/config.js';
import { type Grant, type GrantFilter, readGrants } from '../database/access-grants.js';
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
import { createTable, describeSubject, escapeUnprintable } from './terminal-text.js';
import { withDatabase } from './with-database.js';

export type ListRequest = GrantFilter & { readonly asJson: boolean };

export function createGrantsCommand(): Command {
  const command = addGrantOptions(
    createCommand(
      'grants',
      'list the grants in DATABASE_URL or the embedded database: all, or those that match the options',
    ),
  )
    .usage(`[${subjectUsage}] [--role ROLE] [${resourceUsage}|--missing] [--json]`)
    .option('--missing', 'only grants on resources that no longer exist')
    .option('--json', 'print a JSON array with the columns of access_grant as members');
  return command.action(async () => {
    const [request, config] = readArguments(command, readListRequest, inspectLocalDatabaseConfig);
    await listGrants(request, config);
  });
}

/** @throws UsageError that lists all invalid options */
export function readListRequest(command: Command): ListRequest {
  return readOptions(command, (options) => {
    const isMissing = command.getOptionValue('missing') === true;
    const resource = options.optionalOne(resourceParsers);
    if (isMissing && resource !== undefined)
      options.reject('--missing and an option for a resource cannot be used together.');
    return {
      subject: options.optionalOne(subjectParsers),
      role: options.optional('role', parseRole),
      resource,
      isMissing,
      asJson: command.getOptionValue('json') === true,
    };
  });
}

/** Lists grants. @throws Error if the given subject or resource does not exist */
export async function listGrants(
  request: ListRequest,
  config: LocalDatabaseConfig,
  output: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  await withDatabase(config, (dataSource) => pipeline(formatGrants(request, dataSource), output, { end: false })).catch(
    (error) => {
      // The reader may stop early, as `head` does.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    },
  );
}

/** Yields grants as the text of a table or of JSON, including its end. */
export async function* formatGrants(request: ListRequest, dataSource: DataSource): AsyncGenerator<string> {
  const { resource, subject, asJson } = request;
  const table = asJson ? jsonTable() : textTable();
  let count = 0;
  for await (const page of readGrants(dataSource, request)) {
    yield page.map((grant, index) => table.row(grant, count + index, page)).join('');
    count += page.length;
  }
  if (count === 0) {
    if (resource !== undefined) await findExisting(dataSource, resource);
    if (subject !== undefined) await assertSubjectExists(dataSource, subject);
  }
  yield table.end(count);
}

interface GrantTable {
  row(grant: Grant, index: number, page: readonly Grant[]): string;
  end(count: number): string;
}

/** Formats a JSON array with one grant per line, so that it can be written while grants are being read. */
function jsonTable(): GrantTable {
  return {
    row({ resource, resourceName, subject, role }, index) {
      const members = {
        resource_type: resource.type,
        resource_id: resource.id,
        resource_name: resourceName,
        subject_type: subject.type,
        subject_id: subject.id,
        role,
      };
      return `${index === 0 ? '[' : ','}\n${JSON.stringify(members)}`;
    },
    end: (count) => (count === 0 ? '[]\n' : '\n]\n'),
  };
}

/** Formats a table. The first page determines the column widths. */
function textTable(): GrantTable {
  let line = createTable([headings]);
  return {
    row(grant, index, page) {
      if (index > 0) return line(cellsOf(grant));
      line = createTable([headings, ...page.map(cellsOf)]);
      return line(headings) + line(cellsOf(grant));
    },
    end: (count) => (count === 0 ? 'There are no such grants.\n' : `${count} ${count === 1 ? 'grant' : 'grants'}\n`),
  };
}

const headings = ['subject', 'role', 'on', 'id', 'name'];

function cellsOf({ subject, role, resource, resourceName }: Grant): readonly string[] {
  const name = resourceName === null ? '(no longer exists)' : escapeUnprintable(resourceName);
  return [describeSubject(subject), role, resource.type, resource.id, name];
}
