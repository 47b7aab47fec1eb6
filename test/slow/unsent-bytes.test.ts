import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import type { RequestBudget } from '../../src/admission/request-budget.js';
import { Connections } from '../../src/http/connections.js';
import { createUnsentCounter } from '../../src/http/protection/unsent-bytes.js';
import { MemoryLedger } from '../../src/memory/memory-ledger.js';
import { eventually } from '../support/eventually.js';

const megabyte = 1024 * 1024;

describe('unread responses', () => {
  let app: FastifyInstance;
  /** With room for 60 megabytes of unsent data. */
  const memory = new MemoryLedger(4 * 60 * megabyte);
  const ended = new Set<string>();
  const { unsent } = memory;
  beforeAll(async () => {
    app = fastify();
    new Connections(app.server);
    app.decorateRequest('budget');
    app.decorateRequest('unsent', null);
    app.addHook('onRequest', async (request) => {
      request.budget = { end: () => ended.add(request.url) } as unknown as RequestBudget;
    });
    const countUnsent = createUnsentCounter(memory, ({ headers }) => String(headers.caller));
    app.addHook('onSend', async (request, { raw }, payload) => countUnsent(request, raw, payload));
    app.get('/:number', async () => Buffer.alloc(16 * megabyte));
    app.get('/stream/:number', async () => Readable.from([Buffer.alloc(16 * megabyte)], { objectMode: false }));
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => app.close());

  const ask = async (number: number | string, caller: string) => {
    const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => {});
    client.write(`GET /${number} HTTP/1.1\r\nhost: x\r\ncaller: ${caller}\r\n\r\n`);
    await once(client, 'readable');
    return client;
  };
  const received = async (client: Socket) => {
    let bytes = 0;
    client.on('data', (chunk) => {
      bytes += chunk.length;
    });
    while (bytes < 16 * megabyte && !client.closed) await sleep(20);
    client.destroy();
    return bytes;
  };
  const isWhole = async (client: Socket) => (await received(client)) > 16 * megabyte;

  it('share a limit: the oldest of the caller with most unread bytes end, and no others', async () => {
    const modest = await ask(0, 'modest');
    const greedy = [await ask(1, 'greedy'), await ask(2, 'greedy'), await ask(3, 'greedy'), await ask(4, 'greedy')];
    const late = await ask(5, 'late');
    await eventually(async () => expect([...ended].toSorted()).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']));
    await eventually(async () => expect(unsent.usedBytes).toBeLessThanOrEqual(unsent.maxBytes));
    expect(await isWhole(modest)).toBe(true);
    expect(await isWhole(late)).toBe(true);
    expect(await Promise.all(greedy.map(isWhole))).toEqual([false, false, false, true]);
    await eventually(async () => expect(unsent.usedBytes).toBe(0));
  });

  it('share a limit as streams, too', async () => {
    ended.clear();
    const greedy = [];
    for (const number of [1, 2, 3, 4, 5]) greedy.push(await ask(`stream/${number}`, 'greedy'));
    await eventually(async () => expect(ended.size).toBe(5));
    await eventually(async () => expect(unsent.usedBytes).toBeLessThanOrEqual(unsent.maxBytes));
    expect(await Promise.all(greedy.map(isWhole))).toEqual([false, false, true, true, true]);
  });

  it('count no longer once they are read', async () => {
    for (const number of [0, 1, 2, 3, 4, 5]) expect(await isWhole(await ask(number, 'quick'))).toBe(true);
    await eventually(async () => expect(unsent.usedBytes).toBe(0));
  });
});
