import { connect } from 'node:net';
import { type HttpServer, startHttpServer } from '../support/http-server.js';
import { type RawResponses, sendRaw } from '../support/raw-request.js';

const timeouts = { headersMs: 600, requestMs: 1200, keepAliveMs: 600, checkIntervalMs: 50 };
const headers = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
/** Takes longer than a server with the default limits would wait. */
const dribble = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: a\r\n`);

describe('a slow client', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await startHttpServer((app) => app.post('/echo', async ({ body }) => ({ body })), { timeouts });
  });
  afterAll(() => server.close());

  const expectTimeout = ({ text, isClosed }: RawResponses) => {
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text).toContain('"reason":"REQUEST_TIMEOUT"');
    expect(isClosed).toBe(true);
  };

  it('loses its connection when it sends nothing', async () => {
    expectTimeout(await sendRaw(server.port, []));
  });

  it('loses its connection when it dribbles its headers', async () => {
    expectTimeout(await sendRaw(server.port, [headers, ...dribble(100)], 100));
  });

  it('loses its connection when it dribbles its body', async () => {
    const body = Array.from({ length: 100 }, () => ' ');
    expectTimeout(await sendRaw(server.port, [`${headers}Content-Length: 1000\r\n\r\n`, ...body], 100));
  });

  it('gets the time of a body for its body', async () => {
    const patient = await startHttpServer((app) => app.post('/echo', async ({ body }) => ({ body })), {
      timeouts: { ...timeouts, requestMs: 60_000 },
    });
    const pieces = [`${headers}Content-Length: 10\r\n\r\n`, '"', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', '"'];
    const { statuses } = await sendRaw(patient.port, pieces, timeouts.headersMs / 8);
    await patient.close();
    expect(statuses).toEqual([200]);
  });

  it('loses its connection between two requests', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(`${headers}Content-Length: 2\r\n\r\n{}`);
    await closed;
  });
});
