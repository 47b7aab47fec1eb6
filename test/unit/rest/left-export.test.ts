// An export whose client disconnects at a bad moment.

import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { Connections } from '../../../src/http/connections.js';
import type { RequestScope } from '../../../src/request/scope.js';
import type { RunServices } from '../../../src/request/services.js';
import { createExportRuns } from '../../../src/rest/lists/export-runs.js';
import { createOpenExports } from '../../../src/streams/open-exports.js';
import { exportStart } from '../../../src/task-runs/export/export-position.js';
import type { ExportedPage } from '../../../src/task-runs/export/run-export.js';
import { createCaller } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';

const page: ExportedPage = {
  ...{ runs: [], deletions: [], filesByRun: new Map(), position: exportStart },
  startSending() {},
};

describe('an export whose client leaves', () => {
  let app: FastifyInstance;
  let hasEnded: boolean;
  let records: string[];
  let began: () => void;
  let hasBegun: Promise<void>;
  let read: (signal: AbortSignal) => AsyncGenerator<ExportedPage>;
  beforeAll(async () => {
    async function* pages({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<ExportedPage> {
      try {
        yield* read(signal);
      } finally {
        hasEnded = true;
      }
    }
    const exports = createOpenExports({ exportsPerCaller: 1 });
    const services = {
      exports: { open: async () => ({ watermark: 'here', pages }) },
      resources: { find: async () => null },
      taskRuns: { modelPointer: null },
    } as unknown as RunServices;
    const incoming = {
      recordError: ({ reason }: GatewayError) => records.push(reason),
      log: { warn: (_fields: object, message: string) => records.push(message) },
    };
    const exportRuns = createExportRuns(exports);
    app = fastify();
    new Connections(app.server, 1);
    app.addHook('onRequest', async (request) => {
      request.scope = {
        ...{ caller: createCaller('ada'), services, request: incoming },
        budget: { deadline: { requestTime: 0 }, cost: { measure: (act: () => unknown) => act() } },
      } as unknown as RequestScope;
    });
    app.get('/', (request: FastifyRequest, reply) =>
      exportRuns(request, reply, {
        mediaType: 'application/x-ndjson',
        groups: ['core'],
        bom: false,
        input: { orgId: 'o', projectId: 'p' },
      }),
    );
    app.get('/other', async () => 'other');
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  beforeEach(() => {
    hasEnded = false;
    records = [];
    hasBegun = new Promise((resolve) => {
      began = resolve;
    });
  });

  const request = (header = '') => {
    const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    client.write(`GET / HTTP/1.1\r\nhost: x\r\n${header}\r\n`);
    return client;
  };
  const leave = async () => {
    const client = request();
    await hasBegun;
    // The server allows one connection, and does not count that of an export.
    const { port } = app.server.address() as AddressInfo;
    const other = await fetch(`http://127.0.0.1:${port}/other`, { headers: { connection: 'close' } });
    expect(await other.text()).toBe('other');
    expect(hasEnded).toBe(false);
    client.destroy();
    await eventually(async () => expect(hasEnded).toBe(true));
  };

  it('does not count as a connection, and ends what it holds while its first page is read', async () => {
    read = async function* (signal) {
      began();
      await once(signal, 'abort');
      // A page that had already been read is still sent.
      yield page;
    };
    await leave();
  });

  it('is recorded neither as an error nor as a warning while a later page is read', async () => {
    read = async function* (signal) {
      yield page;
      began();
      await once(signal, 'abort');
      throw new GatewayError('DEADLINE_EXCEEDED');
    };
    await leave();
    expect(records).toEqual([]);
  });

  it('is recorded where a page could not be read for a client that waits', async () => {
    read = async function* () {
      yield page;
      throw new GatewayError('DEADLINE_EXCEEDED');
    };
    // A kept-alive connection would close after ten seconds.
    await once(request('connection: close\r\n').resume(), 'close');
    expect(records).toEqual(['DEADLINE_EXCEEDED', 'export aborted']);
  });
});
