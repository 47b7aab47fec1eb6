import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { type Gateway, useGateway, useOwnGateway } from '../../support/start-gateway.js';

const origin = 'https://app.example.com';
const preflight = {
  origin,
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'authorization,if-none-match,x-cost',
};
const exposed = [
  ...['ETag', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
  ...['X-Watermark', 'Content-Disposition', 'Content-Range'],
];
const corsHeaders = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

const pathsOf = (gateway: Gateway) => [runUrl(gateway, demoPlaces.richRun), `${gateway.url}/graphql`];

describe('CORS by default', () => {
  const gateway = useGateway();

  it('lets no page of another origin read anything', async () => {
    for (const url of pathsOf(gateway)) {
      expect(corsHeaders(await fetch(url, { method: 'OPTIONS', headers: preflight }))).toEqual({});
      expect(corsHeaders(await requestRest(gateway, url, { as: demoSubjects.viewer, headers: { origin } }))).toEqual(
        {},
      );
    }
  });
});

describe('CORS with configured origins', () => {
  const gateway = useOwnGateway({ environment: { CORS_ORIGINS: `${origin}, http://localhost:5173` } });

  it('lets their pages use every endpoint with a token, and with no cookie', async () => {
    for (const url of pathsOf(gateway)) {
      const response = await fetch(url, { method: 'OPTIONS', headers: preflight });
      expect(response.status).toBe(204);
      expect(corsHeaders(response)).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'authorization,if-none-match,x-cost',
      });
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
      expect(response.headers.get('vary')).toContain('Origin');
    }
  });

  it('varies lists and exports by the origin, as every response', async () => {
    const list = runUrl(gateway, { ...demoPlaces.richRun, id: '' }).replace(/\/$/, '');
    for (const url of [list, `${list}/export`, `${list}/changes`]) {
      const response = await requestRest(gateway, url, {
        as: demoSubjects.viewer,
        headers: { origin, 'accept-encoding': 'gzip' },
      });
      await response.body?.cancel();
      expect([response.status, response.headers.get('vary')]).toEqual([200, expect.stringContaining('Origin')]);
    }
  });

  it('lets their pages read responses and errors, with their headers', async () => {
    const url = runUrl(gateway, demoPlaces.richRun);
    for (const [as, status] of [
      [demoSubjects.viewer, 200],
      [demoSubjects.stranger, 403],
      [undefined, 401],
    ] as const) {
      const response = await requestRest(gateway, url, { ...(as === undefined ? {} : { as }), headers: { origin } });
      expect(response.status).toBe(status);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('access-control-expose-headers')?.split(', ')).toEqual(exposed);
    }
  });

  it('rejects pages of other origins, however similar', async () => {
    for (const stranger of ['https://evil.example', `${origin}.evil.example`, 'http://app.example.com', 'null']) {
      for (const url of pathsOf(gateway)) {
        const response = await fetch(url, { method: 'OPTIONS', headers: { ...preflight, origin: stranger } });
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });
});

describe('CORS with an asterisk', () => {
  const gateway = useOwnGateway({ environment: { CORS_ORIGINS: '*' } });

  it('lets pages of any origin in', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: preflight });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });
});
