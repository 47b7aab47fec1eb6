import type { ReadStream } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { startFileServer } from './file-server.js';

const size = 64 * 1024 * 1024;
let server: Awaited<ReturnType<typeof startFileServer>>;
let url: string;
beforeAll(async () => {
  server = await startFileServer();
  url = await server.add('big.bin', Buffer.alloc(size));
});
afterAll(() => server.close());

const startReading = () => new Promise<IncomingMessage>((resolve, reject) => get(url, resolve).on('error', reject));

const until = (isTrue: () => boolean | undefined) => eventually(async () => expect(isTrue()).toBe(true));

describe('the bytes of a big file', () => {
  it('arrive no faster than the client reads them, and the file closes when the client leaves', async () => {
    const response = await startReading();
    await delay(300);
    const stream = server.streams.at(-1) as ReadStream;
    expect(stream.bytesRead).toBeLessThan(size / 2);
    expect(stream.closed).toBe(false);
    response.destroy();
    await until(() => stream.closed);
  });

  it('never open when the client left during the look-up', async () => {
    const streamsBefore = server.streams.length;
    let findNow = () => {};
    server.gate.open = new Promise((resolve) => {
      findNow = resolve;
    });
    const lookupsBefore = server.lookups.length;
    const request = get(url).on('error', () => {});
    await until(() => server.lookups.length > lookupsBefore);
    request.destroy();
    await delay(50);
    findNow();
    await until(() => server.streams.length > streamsBefore);
    await until(() => server.streams.at(-1)?.closed);
  });

  it.each([
    ['HEAD', { method: 'HEAD' }, 200],
    ['a version the client has', { headers: { 'if-none-match': '*' } }, 304],
    ['a part beyond the end', { headers: { range: `bytes=${size}-` } }, 416],
    ['a part', { headers: { range: 'bytes=0-0' } }, 206],
  ])('close after %s', async (_what, init, status) => {
    const response = await fetch(url, init);
    await response.arrayBuffer();
    expect(response.status).toBe(status);
    await until(() => server.held.size === 0);
  });
});
