import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

describe('a request without a preflight', () => {
  const gateway = useGateway();

  const get = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/graphql?query=${encodeURIComponent('{ viewer { subject } }')}`, { headers });

  it('succeeds with a token, which no browser adds unasked', async () => {
    const authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
    for (const more of [{}, { 'apollo-require-preflight': 'true' }] as Record<string, string>[]) {
      const response = await get({ authorization, ...more });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ data: { viewer: { subject: demoSubjects.viewer } } });
    }
  });

  it('fails without one, whatever header claims a preflight', async () => {
    for (const headers of [{}, { 'apollo-require-preflight': 'true' }] as Record<string, string>[]) {
      expect((await get(headers)).status).toBe(401);
    }
  });
});
