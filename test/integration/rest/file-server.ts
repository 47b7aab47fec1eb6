import { createSecretKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import Fastify from 'fastify';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { createDirectoryStorage } from '../../../src/files/directory-storage.js';
import { createDownloadUrls } from '../../../src/files/download-url.js';
import { createFileLinks } from '../../../src/files/file-links.js';
import type { FilePath } from '../../../src/files/file-path.js';
import type { FileStorage, StoredObject } from '../../../src/files/storage.js';
import { Connections } from '../../../src/http/connections.js';
import { IncomingRequest } from '../../../src/request/incoming-request.js';
import type { FileRecord } from '../../../src/rest/fetch-file.js';
import { registerRestApi } from '../../../src/rest/rest-api.js';
import { createOpenExports } from '../../../src/streams/open-exports.js';
import { createOpenStreams } from '../../../src/streams/open-streams.js';
import type { StoredFile } from '../../../src/task-runs/columns/records.js';
import { createBudget } from '../../support/callers.js';

export const run = {
  orgId: '0190a234-8dc6-6d08-aea9-928fcecad8f1',
  projectId: '0195d1ff-1f05-437a-95ac-6de8969cb47b',
  taskId: '0195d1ff-1f42-f14e-8b65-641baf9dc32e',
  id: '019097c5-5560-05b5-4a48-5197a269683b',
};

/** Starts a server on a free port that serves the files passed to `add`, with a clock that stands still. */
export async function startFileServer() {
  const directory = await mkdtemp(join(tmpdir(), 'file-server-'));
  const storage = createDirectoryStorage({ path: directory, isPrivate: true });
  const records = new Map<string, FileRecord>();
  const lookups: FilePath[] = [];
  const streams: Readable[] = [];
  /** Objects that were opened and not yet released. */
  const held = new Set<StoredObject>();
  const clock = { now: Date.UTC(2026, 0, 1) };
  /** Awaited by each look-up of a record, so that a test can pause one midway. */
  const gate = { open: Promise.resolve() };
  let base = '';

  const app = Fastify({ forceCloseConnections: true });
  new Connections(app.server);
  app.decorateRequest('incoming');
  app.decorateRequest('budget');
  app.addHook('onRequest', async (request) => {
    request.incoming = new IncomingRequest(request, null);
  });
  app.setErrorHandler((error, _request, reply) =>
    error instanceof GatewayError
      ? reply.code(error.extensions.status).send({ reason: error.reason })
      : reply.code(500).send({ reason: String(error) }),
  );
  const downloadUrls = createDownloadUrls({
    key: createSecretKey('a key of this test, long enough..', 'utf8'),
    publicUrl: () => base,
    lifetimeSeconds: 900,
    now: () => clock.now,
  });
  const fileLinks = createFileLinks({ storage, downloadUrls, lifetimeSeconds: 900, now: () => clock.now });
  registerRestApi(app, {
    storage: recordingReads(storage, streams, held),
    delivery: 'stream',
    downloadUrls,
    fileLinks,
    publicUrl: () => base,
    scopeSizes: { runs: () => 0, scannedRuns: () => 0 },
    shared: null,
    hasModels: false,
    sendReference: null,
    exports: createOpenExports({ exportsPerCaller: 0 }),
    streams: createOpenStreams({ subscriptions: 0, subscriptionsPerCaller: 0 }, () => {}),
    // Tokens are covered by another test. Here, only links lead to bytes.
    issuers: {
      verify() {
        throw new GatewayError('MISSING_AUTHENTICATION');
      },
    },
    scopes: {
      openScope() {
        throw new Error('No token was accepted.');
      },
      openBudget: () => createBudget(),
      openAudit: () => undefined,
    },
    runServices: {
      async readStoredFile([key]) {
        const { path, name } = key!;
        lookups.push({ ...path, name });
        await gate.open;
        return [(records.get(name) as StoredFile | undefined) ?? null];
      },
    },
  });
  base = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    storage,
    lookups,
    streams,
    held,
    clock,
    gate,
    /** Stores a file and returns a link to it. */
    async add(name: string, bytes: Uint8Array | string, { contentType = 'text/plain', inline = false } = {}) {
      const storageKey = `key-${records.size}`;
      records.set(name, { name, contentType, storageKey });
      await storage.put(storageKey, Buffer.from(bytes));
      return downloadUrls.sign({ ...run, name }, { inline, subject: 'alice' });
    },
    linkTo: (name: string) => downloadUrls.sign({ ...run, name }, { inline: false, subject: 'alice' }),
    forget: (name: string) => rm(join(directory, records.get(name)!.storageKey)),
    async close() {
      await app.close();
      await rm(directory, { recursive: true });
    },
  };
}

function recordingReads(storage: FileStorage, streams: Readable[], held: Set<StoredObject>): FileStorage {
  return {
    ...storage,
    async open(key) {
      const object = await storage.open(key);
      if (object === null) return null;
      held.add(object);
      return {
        ...object,
        async read(range) {
          const stream = await object.read(range);
          streams.push(stream.on('close', () => held.delete(object)));
          return stream;
        },
        async close() {
          await object.close();
          held.delete(object);
        },
      };
    },
  };
}
