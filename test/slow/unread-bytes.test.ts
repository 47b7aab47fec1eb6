import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import { boundUnreadBytes } from '../../src/http/protection/unread-bytes.js';

const megabyte = 1024 * 1024;

async function* begun() {
  yield Buffer.from('a little');
  await new Promise(() => {});
}

describe('responses that their clients do not read', () => {
  let app: FastifyInstance;
  const unread: string[] = [];
  beforeAll(async () => {
    app = fastify();
    boundUnreadBytes(app, {
      maxBytes: 60 * megabyte,
      callerOf: ({ headers }) => String(headers.caller),
      onUnread: ({ url }) => unread.push(url),
      heldBytes: ({ url }) => (url.startsWith('/held/') ? 16 * megabyte : 0),
      checkMs: 200,
    });
    app.get('/:number', async () => Buffer.alloc(16 * megabyte));
    app.get('/stream/:number', async () => Readable.from([Buffer.alloc(16 * megabyte)], { objectMode: false }));
    app.get('/held/:number', async () => Readable.from(begun(), { objectMode: false }));
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

  it('are bounded in all: who has most unread loses the oldest of it, and nobody else anything', async () => {
    const modest = await ask(0, 'modest');
    const greedy = [await ask(1, 'greedy'), await ask(2, 'greedy'), await ask(3, 'greedy'), await ask(4, 'greedy')];
    const late = await ask(5, 'late');
    while (unread.length < 6) await sleep(50);
    await sleep(500);
    expect(await isWhole(modest)).toBe(true);
    expect(await isWhole(late)).toBe(true);
    expect(await Promise.all(greedy.map(isWhole))).toEqual([false, false, false, true]);
    expect(unread.toSorted()).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
  });

  it('are bounded where they are streams, too', async () => {
    unread.length = 0;
    const greedy = [];
    for (const number of [1, 2, 3, 4, 5]) greedy.push(await ask(`stream/${number}`, 'greedy'));
    while (unread.length < 5) await sleep(50);
    await sleep(500);
    expect(await Promise.all(greedy.map(isWhole))).toEqual([false, false, true, true, true]);
  });

  it('are bounded where most of them is held elsewhere', async () => {
    unread.length = 0;
    const modest = await ask('held/0', 'modest');
    const greedy = [await ask('held/1', 'greedy'), await ask('held/2', 'greedy'), await ask('held/3', 'greedy')];
    while (unread.length < 4) await sleep(50);
    await sleep(500);
    for (const client of [modest, ...greedy]) client.resume();
    await sleep(100);
    expect([modest, ...greedy].map(({ closed }) => closed)).toEqual([false, true, false, false]);
    for (const client of [modest, ...greedy]) client.destroy();
  });

  it('are not counted any more once they are read', async () => {
    unread.length = 0;
    for (const number of [0, 1, 2, 3, 4, 5]) expect(await isWhole(await ask(number, 'quick'))).toBe(true);
    await sleep(1500);
    expect(unread).toEqual([]);
  });
});
