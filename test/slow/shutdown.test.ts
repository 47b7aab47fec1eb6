import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Connections } from '../../src/http/connections.js';

const request = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  const connections = new Connections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  const closed = once(client, 'close');
  return { server, connections, client, closed, port };
}

describe('draining connections', () => {
  it('sends the whole of a response to a slow reader', async () => {
    const length = 32 * 1024 * 1024;
    const { connections, client, closed } = await serve((_request, response) => response.end(Buffer.alloc(length)));
    client.pause();
    client.write(request);
    await sleep(200);
    const drained = connections.drain(10_000);
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

  it('asks the client of a request in flight not to send another', async () => {
    const { server, connections, client, closed } = await serve(() => {});
    const arrived = once(server, 'request');
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    client.write(request);
    const [, response] = await arrived;
    const drained = connections.drain(10_000);
    response.end('done');
    await drained;
    await closed;
    expect(text).toMatch(/\r\nconnection: close\r\n.*done/is);
  });

  it('accepts requests for a while, each as the last of its connection', async () => {
    const { connections, client, closed } = await serve((_request, response) => response.end('done'));
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    connections.announceShutdown();
    await sleep(100);
    client.write(request);
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)?connection: close\r\n.*done/is);
    await connections.drain(10_000);
  });

  it('responds to a request that had arrived, on a connection that had not been accepted', async () => {
    const { connections, client, port } = await serve((_request, response) => response.end('done'));
    const sent = new Int32Array(new SharedArrayBuffer(4));
    const other = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
      const client = require('node:net').connect(workerData.port, '127.0.0.1');
      client.write(workerData.request, () => {
        Atomics.store(workerData.sent, 0, 1);
        Atomics.notify(workerData.sent, 0);
      });
      let text = '';
      client.on('data', (chunk) => (text += chunk)).on('error', () => {}).on('close', () => parentPort.postMessage(text));`,
      { eval: true, workerData: { port, request, sent } },
    );
    const received = once(other, 'message');
    // Nothing is accepted or read while this thread waits.
    expect(Atomics.wait(sent, 0, 0, 30_000)).toBe('ok');
    await connections.drain(10_000);
    expect((await received)[0]).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)?connection: close\r\n.*done/is);
    client.destroy();
  });

  it('waits for a request that never ends up to its limit', async () => {
    const { connections, client, closed } = await serve(() => {});
    client.write(request);
    await sleep(100);
    const started = Date.now();
    await connections.drain(300);
    await closed;
    expect(Date.now() - started).toBeGreaterThanOrEqual(290);
  });
});
