import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { trackConnections } from '../../../src/http/shutdown.js';

const request = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  const { announceEnd, drain } = trackConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  const closed = once(client, 'close');
  return { announceEnd, drain, client, closed };
}

describe('draining connections', () => {
  it('sends the whole of an answer to a client that reads slowly', async () => {
    const length = 32 * 1024 * 1024;
    const { drain, client, closed } = await serve((_request, response) => response.end(Buffer.alloc(length)));
    client.pause();
    client.write(request);
    await sleep(200);
    const drained = drain(10_000);
    await sleep(200);
    let received = 0;
    client.on('data', (chunk) => {
      received += chunk.length;
    });
    client.resume();
    await drained;
    await closed;
    expect(received).toBeGreaterThan(length);
  });

  it('tells the client of a running request not to send another', async () => {
    let end = () => {};
    const { drain, client, closed } = await serve((_request, response) => {
      end = () => response.end('done');
    });
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    client.write(request);
    await sleep(100);
    const drained = drain(10_000);
    end();
    await drained;
    await closed;
    expect(text).toMatch(/\r\nconnection: close\r\n.*done/is);
  });

  it('goes on accepting requests for a while, each as the last of its connection', async () => {
    const { announceEnd, drain, client, closed } = await serve((_request, response) => response.end('done'));
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    announceEnd();
    await sleep(100);
    client.write(request);
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)?connection: close\r\n.*done/is);
    await drain(10_000);
  });

  it('waits for a request that never ends no longer than it may', async () => {
    const { drain, client, closed } = await serve(() => {});
    client.write(request);
    await sleep(100);
    const started = Date.now();
    await drain(300);
    await closed;
    expect(Date.now() - started).toBeGreaterThanOrEqual(290);
  });
});
