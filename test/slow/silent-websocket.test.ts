import { useGateway } from '../support/start-gateway.js';
import { openWebSocket } from '../support/websocket-client.js';

describe('the gateway', () => {
  const gateway = useGateway();

  it('closes a WebSocket on which no token comes for ten seconds', async () => {
    const client = await openWebSocket(gateway);
    expect((await client.closed).code).toBe(4408);
  });
});
