import {
  maxResourceNameLength,
  ResourceNameEntity,
  type ResourceNameKind,
  resourceNameKinds,
} from '../../database/entities/resource-name.entity.js';
import { columnsOf } from '../../database/entity-columns.js';
import type { Line } from '../lines.js';
import { mustBe, toColumnJson } from '../rows/column-value.js';
import { RowFault, type SourceRow } from '../rows/source-row.js';

/** A valid row. */
export interface NameRow {
  readonly line: Line;
  /** The row's key in the table. */
  readonly id: string;
  readonly orgId: string;
  readonly kind: ResourceNameKind;
  readonly resourceId: string;
  readonly name: string;
}

const columns = columnsOf(ResourceNameEntity);
const columnNames = columns.map(({ databaseName }) => databaseName);
const controlCharacter = /\p{Cc}/u;

/**
 * Asserts that the fields are exactly the columns of the table. @throws RowFault that names all unknown or missing ones
 */
export function assertNameFields(fields: Iterable<string>): void {
  const given = [...fields];
  const unknown = given.filter((field) => !columnNames.includes(field)).map((field) => JSON.stringify(field));
  const missing = columnNames.filter((column) => !given.includes(column)).map((column) => `\`${column}\``);
  const faults = [
    ...(unknown.length > 0 ? [`${unknown.join(', ')} must be removed`] : []),
    ...(missing.length > 0 ? [`${missing.join(', ')} must be added`] : []),
  ];
  if (faults.length === 0) return;
  throw new RowFault(`The columns must be ${columnNames.join(', ')}: ${faults.join(', and ')}.`);
}

/** Converts a row of a file. @throws RowFault */
export function readNameRow({ line, fields }: SourceRow): NameRow {
  if (line.fault !== undefined) throw new RowFault(line.fault);
  assertNameFields(fields.keys());
  const [orgId, kind, resourceId, name] = columns.map((column) => {
    const value = fields.get(column.databaseName) ?? null;
    const json = value && toColumnJson(column, value, null);
    const text: string = json === null ? '' : JSON.parse(json);
    if (text === '') throw new RowFault(`\`${column.databaseName}\` is missing.`);
    return text;
  }) as [string, string, string, string];
  if (!isKind(kind)) throw mustBe('kind', resourceNameKinds.join(', ').replace(/, (?=\w+$)/, ' or '), kind);
  if ([...name].length > maxResourceNameLength || controlCharacter.test(name))
    throw mustBe('name', `a string of 1 to ${maxResourceNameLength} characters without control characters`, name);
  return { line, id: `${orgId} ${kind} ${resourceId}`, orgId, kind, resourceId, name };
}

function isKind(text: string): text is ResourceNameKind {
  return (resourceNameKinds as readonly string[]).includes(text);
}
