import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import { endWhenStalled } from '../../src/http/protection/slow-readers.js';

const afterMs = 1800;
const shortMs = 600;
const large = Buffer.alloc(32 * 1024 * 1024);
const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

describe('a response and its reader', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = fastify();
    app.addHook('onSend', async (request, { raw }) =>
      endWhenStalled(request.raw.socket, raw, { afterMs, shortMs, isMemoryShort: () => false }),
    );
    app.get('/large', async () => large);
    app.get('/late', async () => {
      await sleep(1.5 * afterMs);
      return 'late';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => app.close());

  const open = () => {
    const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => {});
    return client;
  };
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );

  const untilNoConnection = async () => {
    for (let waited = 0; waited < 20_000 && (await connections()) > 0; waited += 50) await sleep(50);
    expect(await connections()).toBe(0);
  };

  it('lose their connection when the response is not read', async () => {
    const client = open();
    client.pause();
    const startedAt = performance.now();
    client.write(request('/large'));
    await sleep(afterMs / 3);
    expect(await connections()).toBe(1);
    await untilNoConnection();
    expect(performance.now() - startedAt).toBeGreaterThan(afterMs);
    client.destroy();
  });

  it('complete a response that is read slowly', async () => {
    const client = open();
    let received = 0;
    client.on('data', (chunk) => {
      received += chunk.length;
    });
    client.write(request('/large'));
    for (let pause = 0; pause < 6; pause += 1) {
      client.pause();
      await sleep(afterMs / 3);
      client.resume();
      await sleep(10);
    }
    while (received < large.length && !client.destroyed) await sleep(20);
    expect(received).toBeGreaterThan(large.length);
    client.destroy();
  });

  it('allow more time to make a response than to send it, also the second of a connection', async () => {
    const client = open();
    for (const answer of [0, 1]) {
      client.write(request('/late'));
      const [text] = await once(client, 'data');
      expect(`${answer}: ${text}`).toMatch(/late$/);
    }
    client.destroy();
  });
});

describe('a response that is not read', () => {
  it('ends early as soon as memory is short', async () => {
    const app = fastify();
    let isMemoryShort = false;
    app.addHook('onSend', async (request, { raw }) =>
      endWhenStalled(request.raw.socket, raw, {
        afterMs: 600_000,
        shortMs: 200,
        isMemoryShort: () => isMemoryShort,
      }),
    );
    app.get('/large', async () => large);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => {});
    client.pause();
    const closed = new Promise<string>((resolve) => {
      app.server.once('connection', (socket) => socket.once('close', () => resolve('closed')));
    });
    client.write(request('/large'));
    const whileEnough = await Promise.race([closed, sleep(1000, 'open')]);
    isMemoryShort = true;
    const whileShort = await Promise.race([closed, sleep(10_000, 'open')]);
    client.destroy();
    await app.close();
    expect([whileEnough, whileShort]).toEqual(['open', 'closed']);
  });
});
