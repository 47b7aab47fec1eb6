import { readFileSync } from 'node:fs';
import { useGateway } from '../../support/start-gateway.js';

describe('/schema.graphql', () => {
  describe('of a gateway with introspection', () => {
    const gateway = useGateway();

    it('serves the schema as clients see it', async () => {
      const response = await fetch(`${gateway.url}/schema.graphql`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(await response.text()).toBe(readFileSync('schema.graphql', 'utf8'));
    });
  });

  describe.each(['off', 'owners'])('of a gateway with INTROSPECTION=%s', (introspection) => {
    const gateway = useGateway({ environment: { INTROSPECTION: introspection } });

    it('does not exist', async () => {
      const response = await fetch(`${gateway.url}/schema.graphql`);
      expect([response.status, await response.json()]).toMatchObject([404, {}]);
    });
  });
});
