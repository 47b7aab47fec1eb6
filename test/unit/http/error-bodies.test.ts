import { GatewayError } from '../../../src/errors/gateway-error.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import type { GraphqlBody, RestError } from '../../support/responses.js';

describe('the body of an error', () => {
  let server: HttpServer;
  beforeAll(async () => {
    const details = { retryAfter: 7, requestId: 'some-request', permission: 'read' };
    const fail = async () => {
      throw new GatewayError('SERVICE_UNAVAILABLE', details);
    };
    server = await startHttpServer((app) => {
      app.get('/api/fails', fail);
      app.get('/graphql', fail);
    });
  });
  afterAll(() => server.close());

  it('names its details in snake_case over REST', async () => {
    const response = await fetch(`${server.url}/api/fails`);
    expect(response.headers.get('retry-after')).toBe('7');
    const { detail } = (await response.json()) as RestError;
    expect(Object.keys(detail)).toEqual(['message', 'reason', 'retry_after', 'request_id', 'permission']);
  });

  it('names its details in camelCase over GraphQL', async () => {
    const { errors } = (await (await fetch(`${server.url}/graphql`)).json()) as GraphqlBody;
    expect(errors[0].extensions).toMatchObject({ retryAfter: 7, requestId: 'some-request', permission: 'read' });
  });
});
