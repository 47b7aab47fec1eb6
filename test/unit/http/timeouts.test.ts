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
});
