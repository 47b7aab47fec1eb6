// `GET …/run/{task_run_id}/file/{file_name}` returns the bytes of a file to callers who may read its run or have a
// signed link. The token or signature is checked before any look-up in the database or storage.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { LinkHolder } from '../access/requester.js';
import type { Config } from '../config/config.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { DownloadUrls } from '../files/download-url.js';
import { contentSecurityPolicyOf, toContentDisposition, toContentType } from '../files/file-headers.js';
import type { FileLinks, LinkedFile } from '../files/file-links.js';
import { type FilePath, parseFileSegment } from '../files/file-path.js';
import type { FileStorage } from '../files/storage.js';
import { endBudgetWithResponse } from '../http/request-lifecycle.js';
import type { RequestScope } from '../request/scope.js';
import type { RunServiceFactory } from '../request/services.js';
import { readSingle } from '../scheduling/read-scheduler.js';
import type { AuditedResponse } from '../task-runs/audit/response-audit.js';
import { FieldGroup } from '../task-runs/columns/field-groups.js';
import { authenticateCaller, type CallerAuthentication } from './authenticate-caller.js';
import { readErrors } from './openapi/error-statuses.js';
import type { Operation } from './openapi/operation.js';
import { pathParameters, paths, type RunPathParams, toRunPath } from './parameters.js';
import { sendObject } from './send-object.js';

/** The columns of a file's record that are needed to send its bytes. */
export type FileRecord = Omit<LinkedFile, 'run'>;

export interface FetchFileOptions extends CallerAuthentication {
  readonly storage: FileStorage;
  readonly delivery: Config['files']['delivery'];
  readonly downloadUrls: Pick<DownloadUrls, 'verify'>;
  readonly fileLinks: FileLinks;
  readonly runServices: Pick<RunServiceFactory, 'readStoredFile'>;
}

const bytes = { content: { '*/*': { schema: {} } } };

export const fetchFileOperation: Operation = {
  path: `${paths.run}/file/{file_name}`,
  operationId: 'fetchTaskRunFile',
  tag: 'Files',
  summary: 'Fetch the bytes of a file',
  description:
    'Returns the bytes of a file of a run. Requires a bearer token that may read the run, or a signed link (`download_url`), which needs no token.',
  parameters: {
    path: { ...pathParameters.run, file_name: { type: 'string', description: 'The name of the file within its run.' } },
    query: {
      inline: {
        type: 'boolean',
        default: false,
        description: 'Whether a browser should display the file instead of saving it.',
      },
      delivery: {
        type: 'string',
        enum: ['stream'],
        description:
          '`stream`: the gateway sends the bytes itself, even if it is configured to redirect to the file store. Requires a bearer token.',
      },
      expires: { type: 'string', description: 'Part of a signed link: its expiry in seconds since 1970.' },
      subject: { type: 'string', description: 'Part of a signed link: a digest of the subject that it was issued to.' },
      signature: { type: 'string', description: 'Part of a signed link.' },
    },
  },
  security: [{ bearer: [] }, { link: [] }],
  responses: {
    200: { description: 'The bytes.', ...bytes },
    206: { description: 'The requested range of bytes.', ...bytes },
    302: { description: 'The file store serves the bytes at `Location`.' },
    304: { description: 'The version in If-None-Match is still current.' },
    416: { description: 'The requested range begins after the end of the file.' },
  },
  errors: readErrors,
};

interface FileRequest {
  readonly params: RunPathParams & { readonly '*': string };
  readonly query: { readonly inline: boolean; readonly delivery?: 'stream' };
}

export function createFileAuthentication(options: FetchFileOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const query = request.query as Readonly<Record<string, unknown>>;
    if (query.signature === undefined) await authenticateCaller(request, reply, options);
    else {
      request.link = options.downloadUrls.verify(toFilePath(request.params as FileRequest['params']), query);
      await request.incoming.authenticate(new LinkHolder(request.link.subjectDigest));
    }
  };
}

export function createFetchFile(options: FetchFileOptions) {
  const { storage, delivery: configured, fileLinks, scopes } = options;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = toFilePath(request.params as FileRequest['params']);
    const { inline, delivery } = request.query as FileRequest['query'];
    const record = recordOf(request, path, scopes);
    const rejectMissing = async (): Promise<never> => {
      await record?.({ bytes: 0, isWithoutPayload: true });
      throw new GatewayError('FILE_NOT_FOUND');
    };
    const file =
      request.link === undefined
        ? await findReadable(request.scope, path)
        : await findLinked(path, request, reply, options);
    if (file === null) return rejectMissing();
    // Parameters that were not signed must not change how a link is delivered.
    const isStreamed = configured === 'stream' || (delivery === 'stream' && request.link === undefined);
    if (!isStreamed) {
      const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
      const url = await fileLinks.storeUrlOf({ ...file, run: path }, { inline, method });
      if (url === null) return rejectMissing();
      await record?.({ bytes: 0, isWithoutPayload: method === 'HEAD' });
      return reply
        .code(302)
        .headers({ location: url, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
        .send();
    }
    const object = await storage.open(file.storageKey);
    if (object === null) return rejectMissing();
    const headers = {
      ...toHeaders(file, inline),
      // Without a link, permission is checked every time.
      'cache-control':
        request.link === undefined ? 'private, no-cache' : `private, max-age=${request.link.remainingSeconds}`,
    };
    return sendObject(request, reply, object, { headers, beforeResponse: record });
  };
}

/** Returns a function that records that a response about the file is about to be sent. */
function recordOf(
  request: FastifyRequest,
  { id }: Pick<FilePath, 'id'>,
  scopes: FetchFileOptions['scopes'],
): ((response: Pick<AuditedResponse, 'bytes' | 'isWithoutPayload'>) => Promise<void>) | undefined {
  const { link, scope } = request;
  const audit = link === undefined ? scope.audit : scopes.openAudit(request.incoming);
  if (audit === undefined) return undefined;
  if (link !== undefined) audit.addFiles([{ id }]);
  const entry = link === undefined ? 'rest' : 'link';
  return (response) => audit.record({ entry, operation: request.routeOptions.url, ...response });
}

/**
 * Reads the name from a wildcard, because the router limits the length of parameters, and names may have 255
 * characters.
 */
function toFilePath(params: FileRequest['params']): FilePath {
  return { ...toRunPath(params), name: parseFileSegment(params['*']) };
}

/** @throws GatewayError if the run does not exist or the caller may not read it */
async function findReadable({ services }: RequestScope, { name, ...path }: FilePath): Promise<FileRecord | null> {
  const { taskRuns } = services;
  const selection = { fieldGroups: FieldGroup.files, pointers: [] };
  const files = await taskRuns.filesOf(await taskRuns.runByPath(path, selection, 'payload'));
  return files.find((file) => file.name === name) ?? null;
}

/** Finds a file without an access check. Called only for paths whose link was verified. */
function findLinked(
  { name, ...path }: FilePath,
  request: FastifyRequest,
  reply: FastifyReply,
  { scopes, runServices }: FetchFileOptions,
): Promise<FileRecord | null> {
  const budget = scopes.openBudget(request.incoming);
  endBudgetWithResponse(budget, request, reply);
  return readSingle(runServices.readStoredFile, { path, name }, budget);
}

function toHeaders({ contentType: recorded, name }: FileRecord, inline: boolean) {
  const contentType = toContentType(recorded);
  return {
    'content-type': contentType,
    'content-disposition': toContentDisposition(inline ? 'inline' : 'attachment', name),
    'content-security-policy': contentSecurityPolicyOf(contentType),
    'x-content-type-options': 'nosniff',
    // Pages of other origins that have a link may embed the file, even isolated ones (COEP).
    'cross-origin-resource-policy': 'cross-origin',
    // The URL may be the credential, so it must not be passed on.
    'referrer-policy': 'no-referrer',
    'accept-ranges': 'bytes',
  };
}
