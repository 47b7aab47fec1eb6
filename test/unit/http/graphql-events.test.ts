// A stream in the body of a response. Events are not generated before the client reads them.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { EventStreamError } from '../../../src/graphql/operation/event-stream.js';
import { sendEvents } from '../../../src/http/graphql-route/graphql-events.js';
import { eventually } from '../../support/eventually.js';
import { startHttpServer } from '../../support/http-server.js';

const megabyte = JSON.stringify('x'.repeat(1024 * 1024));

describe('a stream of events', () => {
  it('makes no event for a client that does not read, and all of them once it does', async () => {
    let made = 0;
    async function* events(): AsyncGenerator<string, undefined> {
      for (; made < 60; made += 1) yield megabyte;
    }
    const server = await startHttpServer((app) => {
      app.get('/', (_request, reply) => sendEvents(reply, 'sse', events()));
    });
    const client = connect(server.port, '127.0.0.1');
    client.pause();
    client.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const [socket] = (await once(server.app.server, 'connection')) as [Socket];
    await eventually(async () => expect(socket.writableNeedDrain).toBe(true));
    for (let turns = 0; turns < 100; turns += 1) await turn();
    // The system's buffers hold this many events.
    expect(made).toBeLessThan(20);
    let bytes = 0;
    client.on('data', (chunk) => {
      bytes += chunk.length;
    });
    client.resume();
    await once(client, 'close');
    expect(made).toBe(60);
    expect(bytes).toBeGreaterThan(60 * megabyte.length);
    await server.close();
  });

  it('ends with its error as an event, in the form of each protocol', async () => {
    const events = (): AsyncIterableIterator<string, undefined> => ({
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        throw new EventStreamError([{ message: 'no longer' }]);
      },
    });
    const server = await startHttpServer((app) => {
      app.get('/sse', (_request, reply) => sendEvents(reply, 'sse', events()));
      app.get('/multipart', (_request, reply) => sendEvents(reply, 'multipart', events()));
    });
    const textOf = async (path: string) => (await fetch(server.url + path)).text();
    expect(await textOf('/sse')).toBe(
      ':\nevent: next\ndata: {"errors":[{"message":"no longer"}]}\n\nevent: complete\ndata: \n\n',
    );
    const part = (json: string) => `\r\n--graphql\r\ncontent-type: application/json\r\n\r\n${json}`;
    expect(await textOf('/multipart')).toBe(
      `${part('{}')}${part('{"payload":null,"errors":[{"message":"no longer"}]}')}\r\n--graphql--\r\n`,
    );
    await server.close();
  });
});
