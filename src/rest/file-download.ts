// The bytes of a file, for whoever holds a signed link. The signature comes first: nothing is looked up, in the database
// or the storage, for a link that is not ours.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { contentSecurityPolicyOf, toContentType } from '../files/content-type.js';
import type { DownloadUrls, VerifiedLink } from '../files/download-url.js';
import { type FilePath, parseFileSegment } from '../files/file-path.js';
import type { FileStorage, StoredObject } from '../files/storage.js';
import { parseByteRange } from './byte-range.js';
import { toContentDisposition } from './content-disposition.js';

/** What the record of a file says about its bytes. */
export interface FileRecord {
  readonly storageKey: string;
  readonly contentType: string;
  readonly name: string;
}

export interface FileDownloadParts {
  readonly storage: FileStorage;
  readonly downloadUrls: DownloadUrls;
  /** Decides nothing about access: it is asked only for paths whose link was verified. */
  readonly findStored: (path: FilePath) => Promise<FileRecord | null>;
}

interface FileRoute {
  Params: {
    readonly orgId: string;
    readonly projectId: string;
    readonly taskId: string;
    readonly id: string;
    readonly '*': string;
  };
  Querystring: Readonly<Record<string, unknown>>;
}

/** GET and HEAD of `…/run/{task_run_id}/file/{file_name}` (contract §6). */
export function registerFileDownload(
  app: FastifyInstance,
  { storage, downloadUrls, findStored }: FileDownloadParts,
): void {
  app.route<FileRoute>({
    method: ['GET', 'HEAD'],
    // A wildcard, because the router refuses longer parameters than 100 characters, and names may have 255.
    url: '/api/v1/org/:orgId/project/:projectId/task/:taskId/run/:id/file/*',
    async handler(request, reply) {
      if (request.query.signature === undefined) throw new GatewayError('MISSING_AUTHENTICATION');
      const { '*': segment, ...run } = request.params;
      const path = { ...run, name: parseFileSegment(segment) };
      const link = downloadUrls.verify(path, request.query);
      const file = await findStored(path);
      const object = file && (await storage.open(file.storageKey));
      if (file === null || object === null) throw new GatewayError('FILE_NOT_FOUND');
      return sendObject(request, reply, object, toHeaders(file, link));
    },
  });
}

function toHeaders({ contentType: recorded, name }: FileRecord, { inline, remainingSeconds }: VerifiedLink) {
  const contentType = toContentType(recorded);
  return {
    'content-type': contentType,
    'content-disposition': toContentDisposition(inline ? 'inline' : 'attachment', name),
    'content-security-policy': contentSecurityPolicyOf(contentType),
    'x-content-type-options': 'nosniff',
    // Pages of other origins may embed what they hold a link to, even isolated ones (COEP).
    'cross-origin-resource-policy': 'cross-origin',
    // The address is the permission: it must not travel on.
    'referrer-policy': 'no-referrer',
    'cache-control': `private, max-age=${remainingSeconds}`,
    'accept-ranges': 'bytes',
  };
}

/** Answers the conditions of RFC 9110 in its order: If-None-Match, then Range with If-Range. */
async function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  object: StoredObject,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const { etag, size } = object;
  if (etag !== undefined) reply.header('etag', etag);
  if (isKnownVersion(request.headers['if-none-match'], etag)) {
    await object.close();
    return reply.code(304).header('cache-control', headers['cache-control']).send();
  }
  const range = isRangeWanted(request, etag) ? parseByteRange(request.headers.range, size) : 'whole';
  if (range === 'unsatisfiable') {
    await object.close();
    return reply.code(416).header('content-range', `bytes */${size}`).header('cache-control', 'no-store').send();
  }
  if (request.method === 'HEAD') {
    await object.close();
    return reply.headers(headers).header('content-length', size).send();
  }
  if (range === 'whole') {
    const bytes = await object.read();
    return reply.headers(headers).header('content-length', size).send(bytes);
  }
  const bytes = await object.read(range);
  reply.code(206).headers(headers).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  return reply.header('content-length', range.end - range.start + 1).send(bytes);
}

function isKnownVersion(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((known) => known.trim().replace(/^W\//, '') === etag);
}

/** A range of another version than the client has would be glued to foreign bytes: then the whole is sent. */
function isRangeWanted({ method, headers }: FastifyRequest, etag: string | undefined): boolean {
  const ifRange = headers['if-range'];
  return method === 'GET' && (ifRange === undefined || ifRange === etag);
}
