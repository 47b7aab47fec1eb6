import { connect } from 'node:net';
import { promisify } from 'node:util';
import { parseConfig } from '../../../src/config/config.js';
import { addressGroupKey, followStream } from '../../../src/http/connections.js';
import { createCaller } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';

describe('a server at MAX_CONNECTIONS', () => {
  let server: HttpServer;
  let answerSlow: () => void;
  let requests: number;
  let streams: readonly AbortController[];
  beforeEach(async () => {
    requests = 0;
    streams = [new AbortController(), new AbortController()];
    const { limits } = parseConfig({ MAX_CONNECTIONS: '4' });
    const slow = new Promise<string>((resolve) => {
      answerSlow = () => resolve('late');
    });
    server = await startHttpServer(
      (app) => {
        app.addHook('onRequest', async ({ headers, incoming }) => {
          const { 'x-caller': caller } = headers;
          if (caller !== undefined) await incoming.authenticate(createCaller(String(caller)));
        });
        app.get('/', async () => 'ok');
        app.get('/stream', ({ raw }) => {
          requests += 1;
          for (const { signal } of streams) followStream(raw.socket, signal);
          return slow;
        });
        app.get('/slow', () => {
          requests += 1;
          return slow;
        });
      },
      { limits },
    );
  });
  afterEach(() => server.close());

  function open(from = '127.0.0.1') {
    const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: from });
    let text = '';
    const client = {
      isClosed: false,
      get text() {
        return text;
      },
      /** Resolves with its response, or when the connection was closed. */
      async get(path = '/', caller?: string): Promise<string> {
        text = '';
        client.send(path, caller);
        await eventually(async () => expect(text.includes('\r\n\r\n') || client.isClosed).toBe(true));
        return text.slice(0, 15) || 'closed';
      },
      send: (path: string, caller?: string) =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${caller === undefined ? '' : `X-Caller: ${caller}\r\n`}\r\n`),
      end: () => socket.destroy(),
    };
    socket.on('error', () => {});
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('close', () => {
      client.isClosed = true;
    });
    return client;
  }
  const ok = 'HTTP/1.1 200 OK';
  async function openIdle(from?: string) {
    const client = open(from);
    expect(await client.get()).toBe(ok);
    return client;
  }

  it('serves a new connection, and closes the one that has been idle longest', async () => {
    const clients = [await openIdle(), await openIdle(), await openIdle(), await openIdle()];
    expect(await clients[0]!.get()).toBe(ok);
    clients.push(await openIdle());
    await eventually(async () =>
      expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, true, false, false, false]),
    );
    clients.push(await openIdle());
    await eventually(async () =>
      expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, true, true, false, false, false]),
    );
  });

  it('closes a connection on which nothing was sent yet', async () => {
    const silent = open();
    const { server: http } = server.app;
    await eventually(async () => expect(await promisify(http.getConnections.bind(http))()).toBe(1));
    for (let count = 0; count < 4; count += 1) await openIdle();
    await eventually(async () => expect(silent.isClosed).toBe(true));
  });

  it('closes idle connections of the address that has most first', async () => {
    const oldest = await openIdle('127.0.0.2');
    const greedy = [await openIdle('127.0.0.3'), await openIdle('127.0.0.3'), await openIdle('127.0.0.3')];
    for (let count = 0; count < 10; count += 1) greedy.push(await openIdle('127.0.0.3'));
    await eventually(async () => expect(greedy.filter(({ isClosed }) => !isClosed)).toHaveLength(3));
    const other = await openIdle('127.0.0.4');
    await eventually(async () => expect(greedy.filter(({ isClosed }) => !isClosed)).toHaveLength(2));
    expect([oldest.isClosed, other.isClosed]).toEqual([false, false]);
  });

  it('closes the new connection where each other one has a request in flight, and completes these', async () => {
    const clients = [open(), open(), open(), open()];
    const answers = clients.map((client) => client.get('/slow'));
    await eventually(async () => expect(requests).toBe(4));
    expect(await open().get()).toBe('closed');
    answerSlow();
    expect(await Promise.all(answers)).toEqual(clients.map(() => ok));
    await openIdle();
  });

  it('closes the oldest connection of the caller that has most requests in flight, for another address', async () => {
    const clients = [open(), open(), open(), open()];
    const answers = [];
    for (const [index, caller] of ['ben', 'ada', 'ada', 'ada'].entries()) {
      answers.push(clients[index]!.get('/slow', caller));
      await eventually(async () => expect(requests).toBe(index + 1));
    }
    expect(await open('127.0.0.2').get()).toBe(ok);
    answerSlow();
    expect(await Promise.all(answers)).toEqual([ok, 'closed', ok, ok]);
  });

  it('counts an idle connection as one of its last caller, from whichever address', async () => {
    const others = [await openIdle('127.0.0.2'), await openIdle('127.0.0.2')];
    for (const from of ['127.0.0.3', '127.0.0.4']) expect(await open(from).get('/', 'ada')).toBe(ok);
    const last = open('127.0.0.5');
    expect(await last.get('/', 'ada')).toBe(ok);
    await openIdle('127.0.0.2');
    await eventually(async () => expect(others[0]!.isClosed).toBe(true));
    expect(await last.get('/', 'ada')).toBe(ok);
    expect(others[1]!.isClosed).toBe(false);
  });

  it('does not count a connection with streams until the last of them has ended', async () => {
    const streaming = open('127.0.0.2');
    streaming.send('/stream');
    await eventually(async () => expect(requests).toBe(1));
    const clients = [await openIdle(), await openIdle(), await openIdle(), await openIdle()];
    streams[0]!.abort();
    expect(await clients[0]!.get()).toBe(ok);
    expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, false, false, false]);
    streams[1]!.abort();
    await eventually(async () => expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, true, false, false]));
    answerSlow();
    await eventually(async () => expect(streaming.text).toMatch(/late$/));
  });

  it('keeps idle connections for a shorter time while more than half are in use', async () => {
    const keepAlive = async (client: ReturnType<typeof open>) => {
      await client.get();
      return /^keep-alive: timeout=(\d+)\r$/im.exec(client.text)?.[1];
    };
    const clients = [open(), open()];
    expect(await keepAlive(clients[0]!)).toBe('72');
    expect(await keepAlive(clients[1]!)).toBe('72');
    clients.push(open());
    expect(await keepAlive(clients[2]!)).toBe('10');
    expect(await keepAlive(clients[0]!)).toBe('10');
    clients[1]!.end();
    await eventually(async () => expect(await keepAlive(clients[0]!)).toBe('72'));
  });
});

describe('the networks of clients', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:0:1::', '2001:db8:0:1'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
  ])('group the address %s under %s', (address, network) => {
    expect(addressGroupKey(address)).toBe(network);
  });
});
