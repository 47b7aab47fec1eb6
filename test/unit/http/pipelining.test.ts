import { connect } from 'node:net';
import { eventually } from '../../support/eventually.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';

describe('a connection', () => {
  let server: HttpServer;
  let begun = 0;
  let release = () => {};
  beforeAll(async () => {
    server = await startHttpServer((app) =>
      app.get('/slow', async () => {
        begun += 1;
        await new Promise<void>((resolve) => {
          const previous = release;
          release = () => {
            previous();
            resolve();
          };
        });
        return 'slow';
      }),
    );
  });
  beforeEach(() => {
    begun = 0;
    release = () => {};
  });
  afterEach(() => release());
  afterAll(() => server.close());

  const pipelined = (count: number) => 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(count);
  const open = () => {
    const client = connect(server.port, '127.0.0.1');
    const state = { text: '', isClosed: false };
    // A server that closes while more is being sent resets the connection.
    client.on('error', () => {});
    client.on('data', (chunk) => {
      state.text += chunk;
    });
    client.on('close', () => {
      state.isClosed = true;
    });
    return { client, state };
  };

  it('gets a response to each of 32 requests that it sends at once, and to the same number afterwards', async () => {
    const { client, state } = open();
    for (const answered of [32, 64]) {
      client.write(pipelined(32));
      await eventually(async () => expect(begun).toBe(answered));
      release();
      await eventually(async () => expect(state.text.match(/HTTP\/1\.1 200 /g)).toHaveLength(answered));
    }
    client.destroy();
  });

  it('closes, and ends all its requests, when it sends more before the first response', async () => {
    const { client, state } = open();
    client.write(pipelined(300));
    await eventually(async () => expect({ ...state, begun }).toEqual({ text: '', isClosed: true, begun: 32 }));
  });
});
