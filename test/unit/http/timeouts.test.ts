import { connect } from 'node:net';
import { parseConfig } from '../../../src/config.js';
import { eventually } from '../../support/eventually.js';
import { startHttpServer } from '../../support/http-server.js';

describe('the server of HTTP', () => {
  it('waits ten seconds for headers, thirty for a request, and longer than load balancers for the next', async () => {
    const { app, close } = await startHttpServer(() => {});
    const { headersTimeout, requestTimeout, keepAliveTimeout } = app.server;
    expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 72_000,
    });
    await close();
  });

  it('closes the newest connections beyond MAX_CONNECTIONS', async () => {
    const { limits } = parseConfig({ MAX_CONNECTIONS: '2' });
    const server = await startHttpServer((app) => app.get('/', async () => 'ok'), { limits });
    const open = () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      const answer = new Promise<string>((resolve) => {
        socket.once('data', (data) => resolve(String(data).slice(0, 12)));
        socket.once('close', () => resolve('closed'));
      });
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return { socket, answer };
    };
    const [first, second] = [open(), open()];
    expect([await first.answer, await second.answer]).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(await open().answer).toBe('closed');
    first.socket.destroy();
    await eventually(async () => expect(await open().answer).toBe('HTTP/1.1 200'));
    await server.close();
  });
});
