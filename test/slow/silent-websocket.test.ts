import { useGateway } from '../support/start-gateway.js';
import { openWebSocket } from '../support/websocket-client.js';

describe('a WebSocket without a token', () => {
  const gateway = useGateway();

  it('closes after ten seconds', async () => {
    const client = await openWebSocket(gateway);
    expect((await client.closed).code).toBe(4408);
  });
});
