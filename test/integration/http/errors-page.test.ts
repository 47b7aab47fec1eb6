// The page to which `docUrl` leads, and the same list in the schema.

import { createHash } from 'node:crypto';
import { errorList } from '../../../src/errors/error-list.js';
import { forbiddenCauses } from '../../../src/errors/forbidden-causes.js';
import { icon as iconUrl } from '../../../src/http/page-routes/render-page.js';
import { readText } from '../../docs/documents.js';
import type { GraphqlBody } from '../../support/responses.js';
import { useGateway, useOwnGateway } from '../../support/start-gateway.js';

const icon = `<link rel="icon" href="${iconUrl}">`;

describe('/errors', () => {
  const gateway = useGateway();
  const withoutPages = useOwnGateway({ environment: { UI: 'off' } });
  const open = async ({ url } = gateway) => {
    const response = await fetch(`${url}/errors`);
    return { response, html: await response.text() };
  };

  it('serves a page for everyone that loads nothing from other hosts', async () => {
    const { response, html } = await open();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).not.toMatch(/<img|\bstyle=|\bon\w+=|(src|href)="(https?:|\/)/);
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  });

  it('executes nothing where the gateway has no other pages', async () => {
    const { html } = await open(withoutPages);
    expect(html.replace(icon, '')).not.toMatch(/<script|<img|\bstyle=|\bon\w+=|https?:/);
  });

  it.each(['/errors', '/nothing'])('has at %s the icon of the other pages, which its policy allows', async (path) => {
    for (const { url } of [gateway, withoutPages]) {
      const response = await fetch(`${url}${path}`, { headers: { accept: 'text/html' } });
      expect(await response.text()).toContain(icon);
      expect(response.headers.get('content-security-policy')).toMatch(/img-src [^;]*\bdata:/);
    }
  });

  it('allows only its icon and its one style by its content security policy where the gateway has no other pages', async () => {
    const { response, html } = await open(withoutPages);
    expect(html.match(/<link[^>]*>/g)).toEqual([icon]);
    const styles = [...html.matchAll(/<style>([^<]*)<\/style>/g)].map(([, style]) => style!);
    const digests = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; img-src data:; style-src ${digests.join(' ')}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('shows each cause of a 403 with its remedy, as docs/errors.md does', async () => {
    const { html } = await open();
    const section = html.split('<section id="causes">')[1]!.split('</section>')[0]!;
    const table = readText('docs/errors.md').split('## A 403')[1]!.split('\n## ')[0]!;
    for (const { mark, cause, remedy } of forbiddenCauses) {
      const row = table.split('\n').find((line) => line.startsWith(`| ${mark} `))!;
      expect(row.split(' | ').map((cell) => cell.replace(/^\| |\|$/g, '').trim())).toEqual([mark, cause, remedy]);
    }
    expect(table.match(/^\| [^-t]|^\| the same/gm)).toHaveLength(forbiddenCauses.length);
    expect(section.match(/<dt>/g)).toHaveLength(forbiddenCauses.length);
    expect(section).toContain('<code>GET /api/v1/whoami</code> shows the confinement');
    const links = [...section.matchAll(/href="([^"#]+)/g)].map(([, path]) => path!);
    expect(new Set(links)).toEqual(new Set(['./docs/access.md']));
    expect((await fetch(new URL(links[0]!, `${gateway.url}/errors`))).status).toBe(200);
  });

  it('shows a row for each reason, below an anchor for each code', async () => {
    const { html } = await open();
    const codes = [...new Set(errorList.map(({ code }) => code))];
    const parts = new Map(html.split('<tbody id="').map((text) => [text.split('"')[0]!, text]));
    expect([...parts.keys()].slice(1)).toEqual(codes);
    for (const { code, reason, status } of errorList) {
      expect(parts.get(code)).toContain(
        `<code>${code}</code></td>\n<th scope="row"><code>${reason}</code></th>\n<td class="status number">${status}</td>`,
      );
    }
  });
});

describe('docUrl', () => {
  const gateway = useOwnGateway({ environment: { PUBLIC_URL: 'https://runs.example/gateway' } });
  const send = async (body: string, headers: Record<string, string>) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return ((await response.json()) as GraphqlBody).errors[0].extensions;
  };

  it.each([
    ['UNAUTHENTICATED', '{ viewer { subject } }', false],
    ['GRAPHQL_PARSE_FAILED', '{', true],
    ['GRAPHQL_VALIDATION_FAILED', '{ nothing }', true],
    ['BAD_REQUEST', '{ taskRun(orgId: "1", projectId: "1", taskId: "1", id: "1") { id } }', true],
  ])('begins with PUBLIC_URL: %s', async (code, query, isKnown) => {
    const headers: Record<string, string> = isKnown
      ? { authorization: `Bearer ${await gateway.tokenFor('anyone')}` }
      : {};
    const extensions = await send(JSON.stringify({ query }), headers);
    expect(extensions).toMatchObject({ code, docUrl: `https://runs.example/gateway/errors#${code}` });
  });

  it('stays out of bodies of REST', async () => {
    const response = await fetch(`${gateway.url}/api/v1/nothing`);
    expect(await response.json()).toEqual({
      detail: { message: 'Nothing is served at this path.', reason: 'ROUTE_NOT_FOUND' },
    });
  });
});

describe('errorCatalog', () => {
  const gateway = useGateway();

  it('returns the same list', async () => {
    const query = '{ errorCatalog { code reason status message when retryable } }';
    expect(await gateway.dataOf(query, { as: 'anyone' })).toEqual({ errorCatalog: errorList });
    expect(await gateway.statementsOf(() => gateway.dataOf(query, { as: 'anyone' }))).toEqual({});
    // A short document must not result in a huge response.
    const names = Array.from(
      { length: 500 },
      (_, index) => `a${index}: errorCatalog { b: when c: when d: when e: when f: when g: when h: when i: when }`,
    );
    const { data, errors } = await gateway.ask(`{ ${names.join(' ')} }`, { as: 'anyone' });
    expect(data === null).toBe(true);
    expect(errors![0]!.extensions.detail).toMatchObject([{ loc: ['query'] }]);
    const retryable = errorList.filter((error) => error.retryable).map(({ reason }) => reason);
    expect(retryable).toEqual([
      'RATE_LIMITED',
      'SERVICE_UNAVAILABLE',
      'FILE_STORE_UNAVAILABLE',
      'AUTHENTICATION_UNAVAILABLE',
      'AUDIT_UNAVAILABLE',
      'DEADLINE_EXCEEDED',
      'QUEUE_TIMEOUT',
    ]);
  });
});
