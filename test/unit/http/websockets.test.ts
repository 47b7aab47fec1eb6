import { once } from 'node:events';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import type { Caller } from '../../../src/access/caller.js';
import { RequestCost } from '../../../src/admission/request-cost.js';
import { GraphqlWebSockets } from '../../../src/http/websocket/websockets.js';
import { MemoryLedger } from '../../../src/memory/memory-ledger.js';
import { IncomingRequest } from '../../../src/request/incoming-request.js';
import { createCaller } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { startHttpServer } from '../../support/http-server.js';

type Options = ConstructorParameters<typeof GraphqlWebSockets>[1];

describe('a WebSocket that closes while its token is verified', () => {
  it('is not admitted afterwards', async () => {
    let accept = (_caller: Caller) => {};
    const isVerified = new Promise<Caller>((resolve) => {
      accept = resolve;
    });
    let verifications = 0;
    let admissions = 0;
    let closeCode: number | undefined;
    const log = {
      request: new IncomingRequest({ id: 'one', ip: '', headers: {}, log: pino({ level: 'silent' }) }, null),
      end: (code: number) => {
        closeCode = code;
      },
    };
    const server = await startHttpServer((app) => {
      new GraphqlWebSockets(app.server, {
        openLog: () => log,
        issuers: {
          verify() {
            verifications += 1;
            return isVerified;
          },
        },
        scopes: {
          openBodyCost() {
            admissions += 1;
            return new RequestCost();
          },
        },
        memory: MemoryLedger.unlimited(),
        now: Date.now,
      } as unknown as Options);
    });
    const client = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(client, 'open');
    client.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer a' } }));
    await eventually(async () => expect(verifications).toBe(1));
    client.terminate();
    await eventually(async () => expect(closeCode).toBe(1006));
    accept(createCaller('ada'));
    await isVerified;
    await new Promise(setImmediate);
    expect(admissions).toBe(0);
    await server.close();
  });
});
