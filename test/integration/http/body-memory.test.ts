import { type AddressInfo, connect } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { RequestCost } from '../../../src/admission/request-cost.js';
import type { GatewayError } from '../../../src/errors/gateway-error.js';
import { Connections } from '../../../src/http/connections.js';
import { bodyWeight, CountedBody, limitBodies } from '../../../src/http/protection/body-memory.js';
import { MemoryLedger } from '../../../src/memory/memory-ledger.js';
import { eventually } from '../../support/eventually.js';

const length = 10_000;
/** The response to the head of a request that expects it. */
const continueResponse = 'HTTP/1.1 100 Continue\r\n\r\n';

/** Has room for three and a half bodies. */
const { bodies } = new MemoryLedger(8 * bodyWeight * 3.5 * length);

describe('bodies that are being received', () => {
  let app: FastifyInstance;
  /** The ports of connected clients. */
  const clients = new Set<number | undefined>();
  beforeAll(async () => {
    app = fastify();
    app.server.on('connection', (socket) => {
      const { remotePort } = socket;
      clients.add(remotePort);
      socket.once('close', () => clients.delete(remotePort));
    });
    app.setErrorHandler((error: GatewayError, _request, reply) => reply.code(503).send(error.reason));
    new Connections(app.server);
    limitBodies(app, {
      bodies,
      scopes: { openBodyCost: () => new RequestCost() },
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

  /** Sends only the headers, and resolves once they have been read. `finish` sends the announced body. */
  const begin = async (caller: string, announced = `content-length: ${length}`) => {
    const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    client.on('error', () => {});
    client.on('data', (chunk) => {
      text += chunk;
    });
    const head = [`POST / HTTP/1.1`, 'host: x', 'content-type: text/plain', `caller: ${caller}`, announced];
    client.write(`${head.join('\r\n')}\r\nexpect: 100-continue\r\n\r\n`);
    await eventually(async () => expect(text).toContain(continueResponse));
    return { client, port: client.localPort, response: () => text.replace(continueResponse, '') };
  };
  /** Resolves once the server has noticed the disconnection. */
  const leave = async ({ client, port }: Begun) => {
    client.destroy();
    await eventually(async () => expect(clients).not.toContain(port));
  };
  const answerOf = async (begun: Begun) => {
    await eventually(async () => expect(begun.client.destroyed || begun.response().includes('\r\n\r\n')).toBe(true));
    await leave(begun);
    return begun.response().split('\r\n').at(-1);
  };
  type Begun = Awaited<ReturnType<typeof begin>>;
  const finish = (begun: Begun) => {
    begun.client.write('x'.repeat(length));
    return answerOf(begun);
  };

  it('fail beyond the limit for all, when their caller holds most', async () => {
    const held = [await begin('greedy'), await begin('greedy'), await begin('greedy')];
    expect(await answerOf(await begin('greedy'))).toBe('QUEUE_TIMEOUT');
    expect(await finish(held[0]!)).toBe('received');
    expect(await finish(await begin('greedy'))).toBe('received');
    expect([await finish(held[1]!), await finish(held[2]!)]).toEqual(['received', 'received']);
  });

  it('make room for those of a caller that holds less', async () => {
    const held = [await begin('greedy'), await begin('greedy'), await begin('greedy')];
    expect(await finish(await begin('modest'))).toBe('received');
    await eventually(async () => expect(held.map(({ client }) => client.destroyed)).toEqual([true, false, false]));
    expect([await finish(held[1]!), await finish(held[2]!)]).toEqual(['received', 'received']);
  });

  it('count as the largest allowed body when their length is not given', async () => {
    const held = [await begin('greedy', 'transfer-encoding: chunked'), await begin('greedy'), await begin('greedy')];
    expect(await answerOf(await begin('greedy'))).toBe('QUEUE_TIMEOUT');
    for (const each of held) await leave(each);
  });

  it('count nothing when they are small', async () => {
    const held = [await begin('greedy'), await begin('greedy'), await begin('greedy')];
    const small = await begin('greedy', 'content-length: 2');
    small.client.write('{}');
    expect(await answerOf(small)).toBe('received');
    for (const each of held) await leave(each);
    await eventually(async () => expect(bodies.usedBytes).toBe(0));
  });

  it('count with what is parsed from them: empty objects take some twenty times the size of their text', () => {
    const body = bodies.hold('parsed', { weight: bodyWeight });
    const json = `[${Array.from({ length: 1000 }, () => '{}')}]`;
    body.add(json.length);
    new CountedBody(body, new RequestCost()).countText(Buffer.from(json));
    expect(bodies.usedBytesOf('parsed')).toBeGreaterThan(20 * json.length);
    body.release();
  });
});
