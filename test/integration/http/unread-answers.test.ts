import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import { endUnreadResponses } from '../../../src/http/unread-responses.js';

const afterMs = 1500;
const large = Buffer.alloc(32 * 1024 * 1024);
const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

describe('an answer', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = fastify();
    endUnreadResponses(app, afterMs);
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

  it('that is not read ends with its connection', async () => {
    const client = open();
    client.pause();
    client.write(request('/large'));
    await sleep(afterMs / 3);
    expect(await connections()).toBe(1);
    await sleep(3 * afterMs);
    expect(await connections()).toBe(0);
    client.destroy();
  });

  it('that is read slowly arrives whole', async () => {
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

  it('may take longer to be made than to be sent, be it the second of a connection', async () => {
    const client = open();
    for (const answer of [0, 1]) {
      client.write(request('/late'));
      const [text] = await once(client, 'data');
      expect(`${answer}: ${text}`).toMatch(/late$/);
    }
    client.destroy();
  });
});
