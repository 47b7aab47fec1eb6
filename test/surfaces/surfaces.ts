// The surfaces that docs/stability.md promises, from the program's own descriptions. Each is an object whose members are written
// one per line.

import { getMetadataArgsStorage } from 'typeorm/globals.js';
import { createProgram } from '../../src/commands/program.js';
import { variables } from '../../src/config/variables.js';
import { entities } from '../../src/database/entities/index.js';
import { errorList } from '../../src/errors/error-list.js';
import { metricTable } from '../../src/telemetry/metric-table.js';
import { codesIn, documentAt, tableRows } from '../docs/documents.js';
import { dereferenced } from '../support/dereferenced.js';

type Surface = Readonly<Record<string, unknown>>;

export async function describeCommands(): Promise<Surface> {
  const { commands } = await createProgram();
  const names = Object.entries(variables).flatMap(([name, { placeholder, isSecret }]) => [
    [name, { accepts: placeholder.includes('|') ? placeholder.split('|') : [] }],
    ...(isSecret ? [[`${name}_FILE`, { accepts: [] }]] : []),
  ]);
  return {
    ...Object.fromEntries(commands.map((command) => [command.name(), command.options.map(({ long }) => long)])),
    ...Object.fromEntries(names),
  };
}

export function describeErrors(): Surface {
  return Object.fromEntries(errorList.map(({ reason, code, status }) => [reason, { code, status }]));
}

export function describeMetrics(): Surface {
  return Object.fromEntries(Object.values(metricTable).map(({ name, type, labels }) => [name, { type, labels }]));
}

/** test/docs/reference.test.ts compares the documented members with lines. */
export function describeLog(): Surface {
  const membersIn = (column: string) =>
    tableRows('docs/operating.md', 'Logs', column).flatMap(([cell]) => codesIn(cell!));
  return { request: membersIn('member'), access_denied: membersIn('member of `access_denied`') };
}

/** Describes the tables that docs/tables.md documents for people who write them. */
export function describeTables(): Surface {
  const { headings } = documentAt('docs/tables.md');
  const storage = getMetadataArgsStorage();
  const tables = entities.map((entity) => {
    const columns = storage.filterColumns(entity).map(({ propertyName, options }) => ({
      name: options.name ?? propertyName,
      isRequired: !options.nullable && options.default === undefined,
      description: { type: options.type, ...(options.length ? { maxLength: Number(options.length) } : {}) },
    }));
    const accepts = {
      required: columns.filter(({ isRequired }) => isRequired).map(({ name }) => name),
      checks: [...storage.filterChecks(entity), ...storage.filterUniques(entity)].map(({ name }) => name),
      columns: Object.fromEntries(columns.map(({ name, description }) => [name, description])),
    };
    return [storage.filterTables(entity)[0]!.name!, { accepts }] as const;
  });
  return Object.fromEntries(tables.filter(([name]) => headings.includes(name)));
}

/** @param document of OpenAPI 3.1 */
export function describeRest(document: unknown): Surface {
  const { paths, components } = dereferenced(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters, requestBody, responses }]) => [
      `${method.toUpperCase()} ${path}`,
      {
        operationId,
        accepts: {
          required: parameters.filter(({ required }) => required).map(({ name }) => name),
          parameters: Object.fromEntries(parameters.map(({ in: place, name, schema }) => [`${place} ${name}`, schema])),
          body: requestBody?.content,
        },
        returns: responses['200']!.content,
        headers: Object.keys(responses['200']!.headers),
        statuses: Object.keys(responses),
      },
    ]),
  );
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [`schema ${name}`, schema]);
  return withoutDetails(Object.fromEntries([...operations, ...schemas]));
}

/** Omits prose, defaults, and the pattern that every UUID has. A schema may have a property named `description`. */
function withoutDetails(value: Surface): Surface {
  const isDetail = (key: string, member: unknown) =>
    /^(default|example|examples)$/.test(key) ||
    (key === 'description' && typeof member === 'string') ||
    (key === 'pattern' && String(member).startsWith('^[0-9A-Fa-f]{8}-'));
  return JSON.parse(JSON.stringify(value, (key, member) => (isDetail(key, member) ? undefined : member)));
}
