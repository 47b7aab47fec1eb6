import { useOwnGateway } from '../../support/start-gateway.js';

const addressesIn = (html: string) =>
  [...html.matchAll(/<(?:script|link)\b[^>]* (?:src|href)="([^"]+)"/g)].map((m) => m[1]!);

describe('/docs with UI=off', () => {
  const gateway = useOwnGateway({ environment: { UI: 'off' } });

  it('serves a page for everyone, without an inline script or style', async () => {
    const response = await fetch(`${gateway.url}/docs`);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).not.toMatch(/<style|\bstyle=|\bon\w+=|<script(?![^>]*\bsrc=)/);
    expect(addressesIn(html).length).toBeGreaterThan(3);
  });

  it('redirects to its folder, relatively, so that it works under a path', async () => {
    for (const path of ['/docs', '/docs?x=1']) {
      const response = await fetch(`${gateway.url}${path}`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([302, './docs/']);
    }
    const response = await fetch(`${gateway.url}/docs/`, { redirect: 'manual' });
    expect(response.status).toBe(200);
  });

  it('loads everything from this server, with headers that ensure that', async () => {
    const html = await (await fetch(`${gateway.url}/docs/`)).text();
    for (const address of ['', ...addressesIn(html), 'json']) {
      const response = await fetch(new URL(address, `${gateway.url}/docs/`));
      expect([address, response.status]).toEqual([address, 200]);
      expect(response.url).toMatch(new RegExp(`^${gateway.url}/docs/`));
      expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
      expect(response.headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      await response.body?.cancel();
    }
  });

  it('shows the OpenAPI document, with the server that the page came from', async () => {
    const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as object;
    const shown: unknown = await (await fetch(`${gateway.url}/docs/json`)).json();
    expect(shown).toEqual({ ...document, servers: [{ url: '..' }] });
  });
});
