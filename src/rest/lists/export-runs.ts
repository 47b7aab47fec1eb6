// `GET …/task/{task_id}/run/export`, `GET …/project/{project_id}/task_run/export` and `GET
// …/org/{org_id}/task_run/export`: stream all runs that match a filter.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RestEstimator } from '../../admission/rest-estimate.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { createRunWriter } from '../../export/create-run-writer.js';
import {
  defaultExportGroups,
  type ExportGroup,
  exportGroups,
  exportSelection,
  scopeKindOfGroups,
} from '../../export/export-columns.js';
import { exportFileName } from '../../export/export-file-name.js';
import type { ExportKind, RunWriter } from '../../export/run-writer.js';
import { toContentDisposition } from '../../files/file-headers.js';
import { charset, preferredRestType } from '../../graphql/operation/media-type.js';
import { endConnectionOf, followStream, whenResponseEnds } from '../../http/connections.js';
import { addVary } from '../../http/response-headers.js';
import { declareLimit } from '../../limits.js';
import type { RequestScope } from '../../request/scope.js';
import type { OpenExports } from '../../streams/open-exports.js';
import type { RunChangesInput } from '../../task-runs/changes/run-changes.service.js';
import type { ExportedPage, PartLimits } from '../../task-runs/export/run-export.js';
import { readErrors } from '../openapi/error-statuses.js';
import { exampleOf } from '../openapi/examples.js';
import type { Operation } from '../openapi/operation.js';
import { pathParameters, type RunsPathParams, runsPaths, taskOfProject } from '../parameters.js';
import { toRunForm } from '../write-run.js';
import { filterParameters, readFilterParameters, rethrowInRestNames } from './filter-parameters.js';

const parquet = 'application/vnd.apache.parquet';
const kinds = {
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
  'text/csv': 'csv',
  [parquet]: 'parquet',
} as const satisfies Readonly<Record<string, ExportKind>>;
type ExportMediaType = keyof typeof kinds;
const mediaTypes = Object.keys(kinds) as ExportMediaType[];

/** Values of the `format` parameter. */
const formats = { ndjson: 'application/x-ndjson', csv: 'text/csv', parquet } as const;
type ExportFormat = keyof typeof formats;

const extensions = { jsonl: 'ndjson', csv: 'csv', parquet: 'parquet' } as const satisfies Readonly<
  Record<ExportKind, string>
>;

/** U+FEFF, by which spreadsheets recognize UTF-8. */
const byteOrderMark = Buffer.from('\ufeff');

const maxRows = declareLimit(3000, {
  section: 'Database and files',
  name: 'runs in a row group of a Parquet export',
  beyond: 'a new row group',
});
const maxJsonBytes = declareLimit(1024 * 1024, {
  section: 'Database and files',
  name: 'bytes of JSON in a row group of a Parquet export',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'a new row group; a larger run gets a separate one',
});
/**
 * Limits the memory of an export, and the time that other requests wait while a row group is written. With a heap of
 * 256 MB, two callers have room for a row group each.
 */
const rowGroup: PartLimits = { maxRows, maxJsonBytes };

const exportParameters = {
  after: {
    type: 'string',
    description:
      'The `X-Watermark` of an earlier export with the same filter, which this export continues. It begins with the runs ' +
      'that were deleted since: lines with `id`, `task_id` and `"deleted": true`, and in CSV and Parquet a last column ' +
      '`deleted`.',
  },
  fields: {
    type: 'array',
    items: { type: 'string', enum: exportGroups },
    default: defaultExportGroups,
    description:
      'Groups of columns, in any order. Without `io` and `files`, the runs are those whose usage the caller may see, otherwise those whose payload it may see.',
  },
  bom: {
    type: 'boolean',
    default: false,
    description: 'For CSV: whether the file begins with a byte order mark, by which Excel recognizes UTF-8.',
  },
};

const bytes = { type: 'string', format: 'binary' };
const exportNames = {
  task: ['exportTaskRuns', 'a Task'],
  project: ['exportProjectTaskRuns', 'a Project'],
  organization: ['exportOrganizationTaskRuns', 'an Organization'],
} as const;

const exportOperationOf = (of: keyof typeof runsPaths): Operation => ({
  path: `${runsPaths[of]}/export`,
  operationId: exportNames[of][0],
  summary: `Export the Runs of ${exportNames[of][1]}`,
  tag: 'Exports',
  description:
    'Streams all runs that the caller may see and that match the filter, in the order of their changes. If the export ' +
    'fails midway, the connection is closed before the end.',
  parameters: {
    path: pathParameters[of],
    query: {
      format: {
        type: 'string',
        enum: Object.keys(formats),
        description: 'The format. If omitted, it is chosen by `Accept`; the default is `ndjson`.',
      },
      ...(of === 'project' && { task_id: taskOfProject }),
      ...exportParameters,
      ...filterParameters,
    },
  },
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'The runs.',
      headers: {
        'X-Watermark': {
          description: 'The cursor at which the export ends. Pass it as `after` to continue from there.',
          type: 'string',
        },
        'Content-Disposition': {
          description:
            'The name of the task, project or organization, with the period of the runs or the day of the export.',
          type: 'string',
        },
      },
      content: Object.fromEntries(
        mediaTypes.map((type) => [
          type,
          type === parquet ? { schema: bytes } : { schema: { type: 'string' }, example: exampleOf(type) },
        ]),
      ),
    },
  },
  errors: readErrors,
});

export const exportTaskRunsOperation = exportOperationOf('task');
export const exportProjectRunsOperation = exportOperationOf('project');
export const exportOrganizationRunsOperation = exportOperationOf('organization');

interface ExportQuery {
  readonly format?: ExportFormat;
  readonly after?: string;
  readonly fields: readonly ExportGroup[];
  readonly bom: boolean;
  /** Restricts the export of a project to one task. */
  readonly task_id?: string;
  /** Filter parameters, which their schemas check. */
  readonly [parameter: string]: unknown;
}

/** Exports in the query's format or, if it has none, in the preferred media type. */
export function createExportRoute(exportRuns: ReturnType<typeof createExportRuns>, estimator: RestEstimator) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { format, after = null, fields, bom, task_id: taskOfQuery = null, ...query } = request.query as ExportQuery;
    const { org_id, project_id, task_id = taskOfQuery } = request.params as RunsPathParams;
    addVary(reply, 'accept');
    const mediaType = format === undefined ? preferredRestType(request.headers.accept, mediaTypes) : formats[format];
    if (mediaType === undefined) throw new GatewayError('NOT_ACCEPTABLE');
    if (bom && mediaType !== 'text/csv')
      throw validationFailed(['query', 'bom'], 'must be false unless the format is csv');
    const input = { orgId: org_id, projectId: project_id, taskId: task_id, filter: readFilterParameters(query) };
    await request.scope.budget.cost.admit(estimator.export(input, toRunForm(fields).costlyFields));
    return exportRuns(request, reply, {
      mediaType,
      groups: fields,
      bom,
      input: { ...input, after, scopeKind: scopeKindOfGroups(fields) },
    });
  };
}

export interface ExportRequest {
  readonly mediaType: ExportMediaType;
  readonly groups: readonly ExportGroup[];
  /** Whether to start with a byte order mark. */
  readonly bom: boolean;
  readonly input: RunChangesInput;
}

export function createExportRuns(exports: OpenExports) {
  return async (request: FastifyRequest, reply: FastifyReply, { mediaType, groups, bom, input }: ExportRequest) => {
    const { caller, services } = request.scope;
    const { modelPointer } = services.taskRuns;
    whenResponseEnds(reply.raw, exports.open(caller.id));
    const { watermark, pages } = await services.exports
      .open(input, exportSelection(groups, modelPointer))
      .catch(rethrowInRestNames('after'));
    reply
      .type(mediaType === parquet ? parquet : mediaType + charset)
      .header('x-watermark', watermark)
      .header('content-disposition', await contentDispositionOf(request.scope, input, mediaType));
    if (request.method === 'HEAD') return reply.send();
    const operation = request.routeOptions.url;
    await request.scope.audit?.record({ entry: 'rest', operation, bytes: 0 });

    const disconnected = new AbortController();
    followStream(request.raw.socket, disconnected.signal);
    const onUnreadable = (column: string, id: string) =>
      request.incoming.log.warn({ column, id }, 'value exported as null');
    const writer = createRunWriter(kinds[mediaType], {
      groups,
      onUnreadable,
      hasDeletions: input.after != null,
      hasModels: modelPointer !== null,
    });
    const iterator = pages({
      signal: disconnected.signal,
      cut: () => endConnectionOf(reply.raw),
      part: mediaType === parquet ? rowGroup : undefined,
    });
    whenResponseEnds(reply.raw, () => {
      disconnected.abort();
      // Destroying a stream that was never read does not end its iterator.
      void iterator.return(undefined);
    });
    // An error at this point can still become an error response.
    const first = await iterator.next();
    // Each page is read after the previous one has been consumed.
    const body = Readable.from(
      bytesOf(first, iterator, {
        writer,
        start: bom ? byteOrderMark : null,
        scope: request.scope,
        operation,
        enterWriteQueue: exports.enterWriteQueue,
        disconnected: disconnected.signal,
      }),
      {
        objectMode: false,
        highWaterMark: 0,
      },
    );
    return reply.send(body);
  };
}

/** Returns the header that names the task, project or organization, by one statement, and the period. */
async function contentDispositionOf(
  { budget, services }: RequestScope,
  { orgId, projectId, taskId, filter }: RunChangesInput,
  mediaType: ExportMediaType,
): Promise<string> {
  const id = (taskId ?? projectId ?? orgId).toLowerCase();
  const type = taskId != null ? 'task' : projectId != null ? 'project' : 'organization';
  const resource = await services.resources.find({ type, id });
  const { createdAfter, createdBefore } = filter ?? {};
  const period = { createdAfter, createdBefore, now: budget.deadline.requestTime };
  const named = { name: resource?.name ?? null, id };
  const { fileName, asciiFileName } = exportFileName(named, period, extensions[kinds[mediaType]]);
  return toContentDisposition('attachment', fileName, asciiFileName);
}

interface ExportWriting {
  readonly writer: RunWriter;
  /** Bytes that precede the writer's. */
  readonly start: Uint8Array | null;
  readonly scope: RequestScope;
  /** The operation's route. */
  readonly operation: string | undefined;
  readonly enterWriteQueue: OpenExports['enterWriteQueue'];
  /** Aborted when the client has disconnected or the response has ended. */
  readonly disconnected: AbortSignal;
}

async function* bytesOf(
  first: IteratorResult<ExportedPage>,
  rest: AsyncGenerator<ExportedPage>,
  { writer, start, scope, operation, enterWriteQueue, disconnected }: ExportWriting,
): AsyncGenerator<Uint8Array> {
  const { caller, budget, audit } = scope;
  const { cost } = budget;
  try {
    if (start !== null) yield start;
    for (let next = first; !next.done; next = await rest.next()) {
      const { value } = next;
      await enterWriteQueue(caller.id);
      const bytes = cost.measure(() => writer.write(value));
      // A page in the middle of a row group is only written to memory.
      if (bytes.length === 0) continue;
      await audit?.record({ entry: 'rest', operation, bytes: bytes.length });
      value.startSending();
      yield bytes;
    }
    const end = cost.measure(() => writer.finish());
    if (end.length > 0) {
      await audit?.record({ entry: 'rest', operation, bytes: end.length });
      yield end;
    }
  } catch (error) {
    // A read that was aborted by its client is not a failure. Any other error is recorded, because the client only sees
    // that the response is incomplete.
    if (!disconnected.aborted) {
      scope.request.isCut = true;
      if (error instanceof GatewayError) scope.request.recordError(error);
      scope.request.log.warn({ err: error }, 'export aborted');
    }
    throw error;
  } finally {
    await rest.return(undefined);
  }
}
