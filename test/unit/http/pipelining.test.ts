import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { sendRaw } from '../../support/raw-request.js';

describe('a connection', () => {
  let server: HttpServer;
  let begun = 0;
  beforeAll(async () => {
    server = await startHttpServer((app) =>
      app.get('/slow', async () => {
        begun += 1;
        await sleep(100);
        return 'slow';
      }),
    );
  });
  beforeEach(() => {
    begun = 0;
  });
  afterAll(() => server.close());

  const pipelined = (count: number) => ['GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(count)];

  it('gets an answer to each of 32 requests that it sends at once, and to as many afterwards', async () => {
    const again = sendRaw(server.port, [...pipelined(32), ...pipelined(1)], 300);
    expect((await again).statuses).toEqual(Array.from({ length: 33 }, () => 200));
  });

  it('is closed where it sends more before the first is answered, which ends all of them', async () => {
    const { statuses, isClosed } = await sendRaw(server.port, pipelined(300));
    expect({ statuses, isClosed, begun }).toEqual({ statuses: [], isClosed: true, begun: 32 });
  });
});
