// All runs of a task or a project as text, streamed: the lists' second form, which the client asks for by Accept.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { GatewayError } from '../../errors/gateway-error.js';
import { createTextWriter } from '../../export/create-text-writer.js';
import {
  defaultExportGroups,
  exportGroups,
  parseExportGroups,
  selectionOfExport,
} from '../../export/export-columns.js';
import type { TextWriter } from '../../export/text-writer.js';
import type { RunChangesInput } from '../../task-runs/changes/run-changes.service.js';
import type { ExportedPage } from '../../task-runs/export/run-export.js';
import type { RunExportService } from '../../task-runs/export/run-export.service.js';

const formats = { 'application/x-ndjson': 'jsonl', 'application/jsonl': 'jsonl', 'text/csv': 'csv' } as const;
type ExportMediaType = keyof typeof formats;
const mediaTypes = Object.keys(formats) as ExportMediaType[];

/** Of the operations that have this form as well. */
export const exportParameters = {
  after: {
    type: 'string',
    description: 'Of an export: the `X-Watermark` of an earlier one with the same filter, which this one continues.',
  },
  fields: {
    type: 'string',
    default: defaultExportGroups.join(),
    description: `Of an export: groups of columns, of ${exportGroups.join(', ')}.`,
  },
};
export const exportHeaders = {
  'X-Watermark': { description: 'Of an export: where it ends, for `after`.', schema: { type: 'string' } },
};
export const exportContent = Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }]));

/** null: the client prefers JSON, or accepts nothing that there is. */
export function preferredExport({ headers }: FastifyRequest): ExportMediaType | null {
  const [preferred] = new Negotiator({ headers }).mediaTypes(['application/json', ...mediaTypes]);
  return mediaTypes.find((type) => type === preferred) ?? null;
}

export interface ExportRequest {
  readonly mediaType: ExportMediaType;
  readonly fields: string | undefined;
  readonly input: RunChangesInput;
}

export function createExportRuns(openExports: (request: FastifyRequest) => RunExportService) {
  return async (request: FastifyRequest, reply: FastifyReply, { mediaType, fields, input }: ExportRequest) => {
    const groups = parseExportGroups(fields);
    const { watermark, pages } = await openExports(request).open(input, selectionOfExport(groups));
    reply.type(`${mediaType}; charset=utf-8`).header('x-watermark', watermark);
    if (request.method === 'HEAD') return reply.send();

    const gone = new AbortController();
    const iterator = pages(gone.signal);
    reply.raw.once('close', () => {
      gone.abort();
      // A stream that nobody has begun to read is destroyed without a word to what it would have read.
      void iterator.return(undefined);
    });
    // What fails here is still an error response.
    const first = await iterator.next();
    const writer = createTextWriter(formats[mediaType], groups, (column, id) =>
      request.logFields.log.warn({ column, id }, 'A value of an export is null.'),
    );
    // One page is read when the one before it has been taken.
    const text = Readable.from(textOf(first, iterator, writer, request, gone.signal), {
      objectMode: false,
      highWaterMark: 0,
    });
    return reply.send(text);
  };
}

async function* textOf(
  first: IteratorResult<ExportedPage>,
  rest: AsyncGenerator<ExportedPage>,
  { header, write }: TextWriter,
  { logFields, budget: { cost } }: FastifyRequest,
  gone: AbortSignal,
): AsyncGenerator<Buffer> {
  try {
    if (header !== '') yield Buffer.from(header);
    for (let next = first; !next.done; next = await rest.next()) {
      const { value } = next;
      await cost.whenInCredit(gone);
      yield cost.timed(() => Buffer.from(write(value)));
    }
  } catch (error) {
    // The client learns only that it was cut.
    if (error instanceof GatewayError) {
      const { extensions, cause, target } = error;
      logFields.recordError(extensions, { cause, target });
    }
    logFields.log.warn({ err: error }, 'An export was cut.');
    throw error;
  } finally {
    await rest.return(undefined);
  }
}
