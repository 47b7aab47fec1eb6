import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import type { GatewayError } from '../../../src/errors/gateway-error.js';
import { boundBodies } from '../../../src/http/protection/body-memory.js';

const length = 10_000;

describe('bodies that are being received', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = fastify();
    app.setErrorHandler((error: GatewayError, _request, reply) => reply.code(503).send(error.reason));
    boundBodies(app, {
      maxBytes: 3.5 * length,
      maxBodyBytes: length,
      callerOf: ({ headers }) => String(headers.caller),
    });
    app.post('/', async () => 'received');
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => {
    app.server.closeAllConnections();
    return app.close();
  });

  /** The headers alone; what they announce is sent by `finish`. */
  const begin = async (caller: string, announced = `content-length: ${length}`) => {
    const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => {});
    client.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncaller: ${caller}\r\n${announced}\r\n\r\n`);
    await sleep(100);
    return client;
  };
  const answerOf = async (client: Socket) => {
    const text = client.readable ? String((await Promise.race([once(client, 'data'), once(client, 'close')]))[0]) : '';
    client.destroy();
    await sleep(50);
    return text.split('\r\n').at(-1);
  };
  const finish = (client: Socket) => {
    client.write('x'.repeat(length));
    return answerOf(client);
  };

  it('get an error beyond what there is for all, where their caller holds most', async () => {
    const held = [await begin('greedy'), await begin('greedy'), await begin('greedy')];
    expect(await answerOf(await begin('greedy'))).toBe('QUEUE_TIMEOUT');
    expect(await finish(held[0]!)).toBe('received');
    expect(await finish(await begin('greedy'))).toBe('received');
    expect([await finish(held[1]!), await finish(held[2]!)]).toEqual(['received', 'received']);
  });

  it('make room for those of a caller that holds less', async () => {
    const held = [await begin('greedy'), await begin('greedy'), await begin('greedy')];
    expect(await finish(await begin('modest'))).toBe('received');
    expect(held.map(({ destroyed }) => destroyed)).toEqual([true, false, false]);
    expect([await finish(held[1]!), await finish(held[2]!)]).toEqual(['received', 'received']);
  });

  it('count as much as one may have where their length is not said', async () => {
    const held = [await begin('greedy', 'transfer-encoding: chunked'), await begin('greedy'), await begin('greedy')];
    expect(await answerOf(await begin('greedy'))).toBe('QUEUE_TIMEOUT');
    for (const client of held) client.destroy();
  });

  it('do not count where they are small', async () => {
    const held = [await begin('greedy'), await begin('greedy'), await begin('greedy')];
    const client = await begin('greedy', 'content-length: 2');
    client.write('{}');
    expect(await answerOf(client)).toBe('received');
    for (const each of held) each.destroy();
  });
});
