// The schemas of bodies, with the types of the REST reference.

import { permissions } from '../../access/permissions.js';
import { grantedRoles, minRoleByVisibility, rolesByRank } from '../../access/policy.js';
import { resourceIdPattern } from '../../access/resource-id.js';
import { type RunColumn, runColumns, type ScalarName } from '../../task-runs/columns/run-columns.js';
import type { JsonSchema } from './operation.js';

export const described = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, description });
export const nullable = (schema: JsonSchema): JsonSchema => ({ ...schema, type: [schema.type, 'null'] });

/** Implementations of the format accept different digits. The pattern matches exactly the accepted ones. */
export const idSchema = { type: 'string', format: 'uuid', pattern: resourceIdPattern };
const id = idSchema;
const textSchema = { type: 'string' };
const integerSchema = { type: 'integer' };
const timeSchema = { type: 'string', format: 'date-time' };

const reportingGroup = objectOf({
  id: described(id, 'The unique identifier of the reporting group.'),
  name: described({ type: 'string', maxLength: 64, minLength: 1 }, 'The name, unique within the project.'),
  description: described(nullable({ type: 'string', maxLength: 500 }), 'The purpose of the group; null if not given.'),
  project_id: described(id, 'The project the group belongs to.'),
  created: described(timeSchema, 'When the group was created.'),
  modified: described(timeSchema, 'When the group was last changed.'),
});

const taskRunFile = objectOf({
  name: described({ type: 'string', maxLength: 255 }, 'The file name, unique within the run.'),
  content_type: described(textSchema, 'The media type.'),
  size_bytes: described({ type: 'integer', format: 'int64' }, 'The size in bytes.'),
  direction: described(
    { type: 'string', enum: ['INPUT', 'OUTPUT'] },
    'Whether the file is an input or an output of the run.',
  ),
  created: described(timeSchema, 'When the file was stored.'),
  download_url: described(
    { type: 'string', format: 'uri' },
    'An absolute, signed URL of the bytes. It requires no token, and expires.',
  ),
});

export type RunField = RunColumn | keyof typeof relations;

/** The fields of a run, in the entity's order except for the id and the files. */
export const runFields: readonly RunField[] = [...runColumns.flatMap(inReferenceOrder), 'reporting_group'];

/**
 * Lists the possible forms, the first two as in the REST reference, because generators ignore a schema without a type.
 */
const anyJson: JsonSchema = {
  anyOf: [
    { type: 'string' },
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'null' },
  ],
};

/** A check constraint of the table rejects everything except objects. */
const runData: JsonSchema = {
  type: 'object',
  properties: { submitted: described({}, 'The original input parameters as submitted: any JSON.') },
  additionalProperties: true,
};

const schemaOfScalar: Readonly<Record<ScalarName, JsonSchema>> = {
  ID: id,
  UUID: id,
  JSON: anyJson,
  DateTime: timeSchema,
  Int: integerSchema,
  Float: { type: 'number', format: 'double' },
  // The pattern of the REST reference has a lookahead, which RE2 cannot compile. This one accepts the same strings.
  Decimal: { type: 'string', pattern: '^[+-]?(\\d+\\.?\\d*|\\.\\d+)$' },
  Boolean: { type: 'boolean' },
  String: textSchema,
};

function schemaOfColumn(column: RunColumn): JsonSchema {
  const { propertyName, scalar, length, isNullable, default: nullReadsAs, description } = column;
  const ownSchema = propertyName === 'runData' ? runData : schemaOfScalar[scalar];
  const schema = { ...ownSchema, ...(length === undefined ? {} : { maxLength: length }) };
  return {
    // The schema of JSON already includes null.
    ...(isNullable && scalar !== 'JSON' ? nullable(schema) : schema),
    ...(nullReadsAs === undefined ? {} : { default: nullReadsAs }),
    description,
  };
}

const relations = {
  files: described(
    nullable({ type: 'array', items: { $ref: '#/components/schemas/TaskRunFile' } }),
    'List of file metadata objects with enriched information including download URLs.',
  ),
  reporting_group: {
    oneOf: [{ $ref: '#/components/schemas/ReportingGroup' }, { type: 'null' }],
    description: 'The reporting group associated with this task run.',
  },
};

function inReferenceOrder(column: RunColumn, _index: number, columns: readonly RunColumn[]): RunField[] {
  if (column.propertyName === 'id') return [];
  if (column.propertyName === 'created') return [columns.find(({ propertyName }) => propertyName === 'id')!, column];
  return column.propertyName === 'isError' ? ['files', column] : [column];
}

const taskRunProperties = Object.fromEntries(
  runFields.map((field) =>
    typeof field === 'string' ? [field, relations[field]] : [field.databaseName, schemaOfColumn(field)],
  ),
);
const taskRun = objectOf(taskRunProperties);

/** A run that a link shows. */
export const sharedTaskRun = objectOf({
  ...taskRunProperties,
  run_data: { anyOf: [taskRunProperties.run_data, { type: 'null' }] },
  shared: objectOf({
    by: described(nullable(textSchema), 'The name that the organization gave to the user who made the link.'),
    until: described(timeSchema, 'When the link expires.'),
    id: described(id, 'The id of the link, with which an operator can revoke it.'),
  }),
});

/** A run in a list that was requested with the `fields` parameter. */
const { required: _all, ...selectedTaskRun } = taskRun;

const listedRun = {
  anyOf: [{ $ref: '#/components/schemas/TaskRun' }, { $ref: '#/components/schemas/SelectedTaskRun' }, { type: 'null' }],
};

const taskRunPage = objectOf({
  results: { type: 'array', items: listedRun },
  pagination: objectOf({
    next_cursor: described(nullable(textSchema), 'The `cursor` of the next page; null on the last page.'),
    has_next: { type: 'boolean' },
    page_limit: integerSchema,
    scan_complete: described(
      { type: 'boolean' },
      'Whether the page is full or the last of the list. If false, no index can answer the filter, and the request has scanned as many runs as it may. `next_cursor` continues from there.',
    ),
  }),
});

const taskRunChangesPage = objectOf({
  results: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        cursor: described(textSchema, 'The position of the change, for `after`.'),
        run: listedRun,
        deleted: described(
          objectOf({
            id: described(id, 'The run.'),
            task_id: described(id, 'The task that the run was in.'),
            deleted_at: described(timeSchema, 'When the transaction that deleted the run began.'),
          }),
          'The deletion of a run. `run` is then null. Only deletions have this member.',
        ),
      },
      required: ['cursor', 'run'],
      additionalProperties: false,
    },
  },
  pagination: objectOf({
    next_cursor: described(textSchema, 'The cursor to pass as `after` next. All later changes come after it.'),
    has_next: described({ type: 'boolean' }, 'Whether more changes may exist already.'),
    page_limit: integerSchema,
  }),
});

const whoAmI = objectOf({
  client: objectOf({
    client_id: described(nullable(textSchema), "The token's client id; null if it has none."),
    org_id: described(
      nullable(id),
      'The organization to which the token is confined; null if it is not confined to one.',
    ),
    project_id: described(
      nullable(id),
      'The project to which the token is confined; null if it is not confined to one.',
    ),
    task_ids: described(
      { type: ['array', 'null'], items: id },
      'The tasks that the token is confined to; null if it is not confined to tasks.',
    ),
  }),
  subject: described(textSchema, 'The subject to which grants refer.'),
  issuer: described(textSchema, 'The issuer of the token.'),
  expires: described(timeSchema, 'When the token expires.'),
  organizations: {
    type: 'array',
    items: objectOf({
      id,
      name: textSchema,
      role: described(
        { type: ['string', 'null'], enum: [...rolesByRank.toReversed(), null] },
        "The caller's role on the organization among owner, editor and viewer; null if it has none of these.",
      ),
    }),
    description: 'The organizations on which the caller has a role, or a role on one of their projects or tasks.',
  },
});

/** @param permissions all permissions of the gateway */
export function heldPermissionsOf(permissions: readonly string[]): JsonSchema {
  return objectOf({
    permissions: described(
      { type: 'array', items: { type: 'string', enum: permissions } },
      'The requested permissions that the member has, in the requested order.',
    ),
    member: described(textSchema, 'The subject that has the permissions.'),
  });
}

/** Only VALIDATION_FAILED has a list of faults. All other errors have a single message. */
const error = objectOf({
  detail: {
    type: 'object',
    properties: {
      message: textSchema,
      reason: described(textSchema, 'Identifies the error for programs.'),
      argument: described(textSchema, 'The parameter that is malformed.'),
      permission: textSchema,
      resource: textSchema,
      resource_id: described(
        id,
        'The task of the run. Like `requires` and `holds`, only for a caller with a role on it.',
      ),
      requires: described(
        objectOf({ role: { enum: rolesByRank }, visibility: { enum: Object.keys(minRoleByVisibility) } }),
        'The lowest role with access to all runs of the task, and the visibility of its runs.',
      ),
      holds: described({ enum: grantedRoles }, "The caller's highest role on the task, or `analyst`."),
      bytes: described(integerSchema, 'The size in bytes of a value that is too large.'),
      max_bytes: described(integerSchema, 'The maximum size in bytes of all values in a response.'),
      cursor: described({ type: 'string' }, 'The last cursor of an ended stream, from which it can be resumed.'),
      retry_after: described({ type: 'number' }, 'The number of seconds to wait before a retry.'),
      cost: described({ type: 'number' }, 'The expected cost of the request in points, if the caller has too few.'),
      remaining: described({ type: 'number' }, 'The number of points that the caller has left.'),
      request_id: described(textSchema, 'The id of the request in the log.'),
    },
    required: ['message', 'reason'],
    additionalProperties: false,
  },
});

const validationError = objectOf({
  detail: {
    type: 'array',
    minItems: 1,
    items: objectOf({
      loc: { type: 'array', items: { type: ['string', 'integer'] } },
      msg: textSchema,
      type: textSchema,
    }),
  },
});

export const componentSchemas = {
  TaskRun: taskRun,
  SelectedTaskRun: selectedTaskRun,
  TaskRunPage: taskRunPage,
  TaskRunChangesPage: taskRunChangesPage,
  TaskRunFile: taskRunFile,
  ReportingGroup: reportingGroup,
  WhoAmI: whoAmI,
  HeldPermissions: heldPermissionsOf(permissions),
  Error: error,
  ValidationError: validationError,
};

/** Returns the schema of an object with exactly these members. */
export function objectOf(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
