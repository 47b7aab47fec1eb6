import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { MemoryLedger } from '../../../src/memory/memory-ledger.js';
import { eventually } from '../../support/eventually.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';

/** Large even when compressed. */
const text = randomBytes(60_000).toString('hex');

describe('before a response is sent', () => {
  let server: HttpServer;
  let unsentFails = false;
  beforeAll(async () => {
    const memory = MemoryLedger.unlimited();
    const hold = memory.unsent.hold.bind(memory.unsent);
    memory.unsent.hold = (...args) => {
      if (unsentFails) throw new Error('no memory account');
      return hold(...args);
    };
    server = await startHttpServer(
      (app) => {
        app.get('/large', async () => Buffer.alloc(32 * 1024 * 1024));
        app.get('/text', async () => text);
        app.get('/rows', (_request, reply) => reply.type('text/csv').send(Readable.from(['a\n', 'b\n'])));
      },
      { memory },
    );
  });
  afterAll(() => server.close());

  it('its connection is watched for a client that does not read', async () => {
    const accepted = once(server.app.server, 'connection');
    const client = connect(server.port, '127.0.0.1');
    const [socket] = await accepted;
    client.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
    await eventually(async () => expect(socket.timeout).toBe(30_000));
    client.destroy();
  });

  it.each(['gzip', 'identity'])('an error there is an error response (%s)', async (encoding) => {
    unsentFails = true;
    const response = await fetch(`${server.url}/text`, { headers: { 'accept-encoding': encoding } });
    unsentFails = false;
    expect(response.status).toBe(500);
    await response.arrayBuffer();
  });

  it.each([
    ['/text', 'gzip', 'gzip'],
    ['/text', 'identity', null],
    ['/rows', 'gzip', 'gzip'],
  ])('%s is compressed for a client that accepts %s', async (path, accepted, encoding) => {
    const response = await fetch(`${server.url}${path}`, { headers: { 'accept-encoding': accepted } });
    expect([response.status, response.headers.get('content-encoding')]).toEqual([200, encoding]);
    expect(response.headers.get('vary')).toBe('accept-encoding');
    expect(await response.text()).toBe(path === '/rows' ? 'a\nb\n' : text);
  });
});
