// Links to one run: who may make them, what they show, and what else accepts them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { revokeShares } from '../../../src/database/share-revocations.js';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { RestRun } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { makeShare, shareOperation, tokenOf, viewShare } from '../../support/shares.js';
import { type Gateway, startGateway, useGateway } from '../../support/start-gateway.js';
import { openWebSocket } from '../../support/websocket-client.js';

const run = demoPlaces.richRun;
const { orgId, projectId, taskId, id } = run;
const owner = { as: demoSubjects.owner };
const viewer = { as: demoSubjects.viewer };
const folder = mkdtempSync(join(tmpdir(), 'shares-'));
const auditLog = join(folder, 'audit.log');
afterAll(() => rmSync(folder, { recursive: true }));

const rejectionOf = async (gateway: Gateway, operation: string, caller: { as: string }) => {
  const { errors, data } = await gateway.ask(operation, caller);
  const extensions: Record<string, unknown> = errors?.[0]?.extensions ?? {};
  return { ...extensions, reason: extensions.reason, path: errors?.[0]?.path, data };
};

describe('links to runs', () => {
  let clock = Date.now();
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({
      environment: { SHARE_LINKS: 'payload', AUDIT_LOG: auditLog, MCP: 'on' },
      clock: { at: clock },
    });
  });
  afterAll(() => gateway?.close());
  const passSeconds = (seconds: number) => {
    clock += seconds * 1000;
    return gateway.setClock({ at: clock });
  };
  const auditLines = async (act: () => Promise<unknown>) => {
    const lines = () => readFileSync(auditLog, 'utf8').split('\n').slice(0, -1);
    const before = lines().length;
    await act();
    return lines()
      .slice(before)
      .map((line) => JSON.parse(line));
  };

  it('show the record of REST with payload, the end and the id', async () => {
    const share = await makeShare(gateway, run, owner, 'payload: true, expiresIn: 600');
    expect(share.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/shared#[\w-]+$/);
    expect(Date.parse(share.expires) - clock).toBeGreaterThanOrEqual(600_000);
    const { status, body, headers } = await viewShare(gateway, tokenOf(share));
    const { shared, ...record } = body;
    expect(status).toBe(200);
    expect(shared).toEqual({ by: 'Ola Nordmann', until: share.expires, id: share.id });
    const response = await requestRest(gateway, runUrl(gateway, run), owner);
    const expected = (await response.json()) as RestRun;
    const withoutLinks = ({ files, ...rest }: RestRun) => ({
      ...rest,
      files: files.map(({ download_url: _link, ...file }) => file),
    });
    expect(withoutLinks(record)).toEqual(withoutLinks(expected));
    expect(Object.keys(record)).toEqual(Object.keys(expected));
    expect(
      Object.fromEntries(
        ['cache-control', 'referrer-policy', 'x-robots-tag', 'x-frame-options', 'etag', 'ratelimit'].map((name) => [
          name,
          headers.get(name),
        ]),
      ),
    ).toEqual({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'x-frame-options': 'DENY',
      etag: null,
      ratelimit: null,
    });
  });

  it('name their sharer as the organization does', async () => {
    const { executorRun } = demoPlaces;
    const token = tokenOf(await makeShare(gateway, executorRun, { as: demoSubjects.executor }));
    const by = async () => (await viewShare(gateway, token)).body.shared.by;
    await gateway.query("DELETE FROM resource_name WHERE kind = 'user' AND id = $1", [demoSubjects.executor]);
    expect(await by()).toBeNull();
    await gateway.query("INSERT INTO resource_name (org_id, kind, id, name) VALUES ($1, 'user', $2, 'Olga')", [
      executorRun.orgId,
      demoSubjects.executor,
    ]);
    expect(await by()).toBe('Olga');
  });

  it('are not told from other tokens by a request that is wrong in itself', async () => {
    const sealed = tokenOf(await makeShare(gateway, run, owner));
    const answersTo = (token: string) =>
      Promise.all(
        [
          ['?x=1', '*/*'],
          ['', 'text/html'],
        ].map(async ([query, accept]) => {
          const headers = { authorization: `Bearer ${token}`, accept: accept! };
          const response = await fetch(`${gateway.url}/api/v1/shared/run${query}`, { headers });
          return [response.status, await response.text()];
        }),
      );
    const answers = await answersTo(sealed);
    expect(answers.map(([status]) => status)).toEqual([422, 406]);
    expect(await answersTo('unknown')).toEqual(answers);
    expect(await answersTo('two words')).toEqual(answers);
  });

  it('show no payload by default', async () => {
    const { body } = await viewShare(gateway, tokenOf(await makeShare(gateway, run, owner)));
    const { response, run_data, files, shared: _shared, ...usage } = body;
    expect([response, run_data, files]).toEqual([null, null, null]);
    const full = (await (await requestRest(gateway, runUrl(gateway, run), owner)).json()) as object;
    expect({ ...full, response: null, run_data: null, files: null }).toEqual({ ...usage, response, run_data, files });
  });

  it('require editor or owner, or having executed the run', async () => {
    expect(await rejectionOf(gateway, shareOperation(run), viewer)).toMatchObject({
      code: 'FORBIDDEN',
      permission: 'share',
      resource: 'task_run',
      path: ['taskRun', 'share'],
      data: { taskRun: { share: null } },
    });
    await makeShare(gateway, demoPlaces.executorRun, { as: demoSubjects.executor });
    const can = `{ viewer { can(permission: "task_run:share", orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") } }`;
    expect((await gateway.dataOf(can, owner)).viewer.can).toBe(true);
    expect((await gateway.dataOf(can, viewer)).viewer.can).toBe(false);
    const { taskId: closedTask } = demoPlaces.executorRun;
    const canOwn = can.replace(taskId, closedTask);
    expect((await gateway.dataOf(canOwn, { as: demoSubjects.executor })).viewer.can).toBe(true);
    expect((await gateway.dataOf(canOwn, viewer)).viewer.can).toBe(false);
    const iam = await requestRest(
      gateway,
      `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/iam/test`,
      {
        ...owner,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"permissions":["task_run:share","task:view"]}',
      },
    );
    expect(await iam.json()).toMatchObject({ permissions: ['task_run:share', 'task:view'] });
  });

  it('reject an end out of range, other places than `taskRun` and `node`, and more than ten', async () => {
    for (const expiresIn of [59, 2_592_001, -1])
      expect(await rejectionOf(gateway, shareOperation(run, `expiresIn: ${expiresIn}`), owner)).toMatchObject({
        reason: 'VALIDATION_FAILED',
        detail: [{ loc: ['expiresIn'] }],
      });
    for (const expiresIn of [60, 2_592_000]) await makeShare(gateway, run, owner, `expiresIn: ${expiresIn}`);
    const place = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
    const elsewhere = [
      `{ taskRunsByIds(${place}, ids: ["${id}"]) { share { id } } }`,
      `{ nodes(ids: ["${id}"]) { ... on TaskRun { share { id } } } }`,
      `{ _entities(representations: [{ __typename: "TaskRun", id: "${id}" }]) { ... on TaskRun { share { id } } } }`,
      `{ taskRuns(${place}, first: 1) { nodes { share { id } } } }`,
      `{ taskRun(${place}, id: "${id}") { previous { share { id } } } }`,
      `{ taskRun(${place}, id: "${id}") { context { first { share { id } } } } }`,
    ];
    for (const operation of elsewhere)
      expect([operation, (await rejectionOf(gateway, operation, owner)).reason]).toEqual([
        operation,
        'VALIDATION_FAILED',
      ]);
    const { node } = await gateway.dataOf(`{ node(id: "${id}") { ... on TaskRun { share { id } } } }`, owner);
    expect(node.share.id).toMatch(/^[\da-f-]{36}$/);
    const aliases = Array.from({ length: 11 }, (_, index) => `s${index}: share { id }`).join(' ');
    const { errors, data } = await gateway.ask(`{ taskRun(${place}, id: "${id}") { ${aliases} } }`, owner);
    expect(errors).toHaveLength(1);
    expect(Object.values(data.taskRun).filter((share) => share !== null)).toHaveLength(10);
  });

  it('have a line when they are made, and one for each view', async () => {
    const lines = await auditLines(async () => {
      const shares = [await makeShare(gateway, run, owner), await makeShare(gateway, run, owner, 'payload: true')];
      for (const share of shares) await viewShare(gateway, tokenOf(share));
      await viewShare(gateway, 'unknown');
    });
    const [made, madeWithPayload, viewed, read] = lines;
    expect(lines).toHaveLength(4);
    expect(made).toMatchObject({
      event: 'share_created',
      entry: 'graphql',
      subject: demoSubjects.owner,
      issuer: gateway.issuer.config.issuer,
      runs: [id],
      payload: false,
    });
    expect(Date.parse(made.expires) - clock).toBeGreaterThanOrEqual(604_800_000);
    expect(madeWithPayload).toMatchObject({ event: 'share_created', payload: true });
    const view = { entry: 'share', operation: '/api/v1/shared/run', runs: [id], runCount: 1 };
    expect(viewed).toMatchObject({ event: 'share_viewed', share: made.share, groups: [], ...view });
    expect(read).toMatchObject({
      event: 'payload_read',
      share: madeWithPayload.share,
      groups: ['io', 'files'],
      ...view,
    });
    for (const line of [viewed, read]) expect([line.subject, line.issuer]).toEqual([undefined, undefined]);
  });

  it('lead to files until they expire, at most five minutes', async () => {
    const share = await makeShare(gateway, run, owner, 'payload: true, expiresIn: 600');
    const linkOf = async () => (await viewShare(gateway, tokenOf(share))).body.files[0].download_url as string;
    const secondsOf = (link: string) => Number(new URL(link).searchParams.get('expires')) - Math.floor(clock / 1000);
    const first = await linkOf();
    expect(secondsOf(first)).toBe(300);
    const [line] = await auditLines(async () => expect((await fetch(first)).status).toBe(200));
    const [own] = await auditLines(async () => {
      const { taskRun } = await gateway.dataOf(
        `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { files { downloadUrl } } }`,
        owner,
      );
      await fetch(taskRun.files[0].downloadUrl);
    });
    expect(line.linkSubject).not.toBe(own.linkSubject);
    await passSeconds(500);
    expect(secondsOf(await linkOf())).toBeLessThanOrEqual(101);
    expect((await fetch(first)).status).toBe(403);
  });

  describe('that show nothing', () => {
    const notFound = async (token: string) => {
      let response: Awaited<ReturnType<typeof viewShare>> | undefined;
      const statements = await gateway.statementsOf(async () => {
        response = await viewShare(gateway, token);
      });
      const { status, text, headers } = response!;
      const visible = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
      return { status, text, visible: Object.fromEntries(visible), statements };
    };

    it('have one answer: without statements if they are not sealed or have expired, else with the same ones', async () => {
      const share = await makeShare(gateway, run, owner, 'payload: true, expiresIn: 60');
      const token = tokenOf(share);
      const reference = await notFound('nonsense');
      expect(reference.status).toBe(404);
      expect(JSON.parse(reference.text)).toEqual({
        detail: { message: expect.any(String), reason: 'SHARE_NOT_FOUND' },
      });
      const changed = `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`;
      const unsealed = [
        changed,
        token.slice(1),
        'a.b.c',
        'x'.repeat(9000),
        await gateway.tokenFor('stranger'),
        'ü',
        'two words',
      ];
      for (const text of unsealed) expect([text, await notFound(encodeURI(text))]).toEqual([text, reference]);

      const revoked = await makeShare(gateway, run, owner);
      await revokeShares(gateway, { kind: 'share', id: revoked.id });
      const withPayload = await makeShare(gateway, run, owner, 'payload: true');
      await revokeShares(gateway, { kind: 'share', id: withPayload.id });
      const sealed = await notFound(tokenOf(revoked));
      expect(sealed).toEqual({ ...reference, statements: { share_facts: 1, task_runs_by_path: 1 } });
      expect(await notFound(tokenOf(withPayload))).toEqual(sealed);

      expect((await viewShare(gateway, token)).status).toBe(200);
      await passSeconds(61);
      expect(await notFound(token)).toEqual(reference);
    });

    it('include links of a subject up to its revocation, and by issuer', async () => {
      const before = await makeShare(gateway, run, owner);
      const of = (subject: string, issuer?: string) => revokeShares(gateway, { kind: 'subject', id: subject, issuer });
      await of(demoSubjects.viewer);
      await of(demoSubjects.owner, 'https://other.example/');
      expect((await viewShare(gateway, tokenOf(before))).status).toBe(200);
      await of(demoSubjects.owner, gateway.issuer.config.issuer);
      expect((await viewShare(gateway, tokenOf(before))).status).toBe(404);
      const after = await makeShare(gateway, run, owner);
      expect((await viewShare(gateway, tokenOf(after))).status).toBe(200);
      await gateway.query('DELETE FROM share_revocation');
      expect((await viewShare(gateway, tokenOf(before))).status).toBe(200);
    });

    it('require a bearer token', async () => {
      const { status, body, headers } = await viewShare(gateway, undefined);
      expect([status, body.detail.reason]).toEqual([401, 'MISSING_AUTHENTICATION']);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      const token = tokenOf(await makeShare(gateway, run, owner));
      const elsewhere = [
        [`?token=${token}`, {}],
        [`?access_token=${token}`, {}],
        ['', { cookie: `token=${token}` }],
        ['', { authorization: `Basic ${token}` }],
      ] as const;
      for (const [query, header] of elsewhere)
        expect((await fetch(`${gateway.url}/api/v1/shared/run${query}`, { headers: header })).status).toBe(401);
      expect((await fetch(`${gateway.url}/api/v1/shared/run`, { method: 'POST', body: token })).status).toBe(405);
    });
  });

  it('open no other door', async () => {
    const token = tokenOf(await makeShare(gateway, run, owner, 'payload: true'));
    const unknown = 'A'.repeat(token.length);
    const place = `/api/v1/org/${orgId}/project/${projectId}`;
    const doors: [string, string, string?][] = [
      ['POST', '/graphql', `{"query":"{ viewer { subject } }"}`],
      ['GET', '/graphql?query=%7Bviewer%7Bsubject%7D%7D'],
      ['GET', `${place}/task/${taskId}/run/${id}`],
      ['GET', `/api/v1/run/${id}`],
      ['GET', `${place}/task/${taskId}/run/${id}/file/a.png`],
      ['GET', `${place}/task/${taskId}/run`],
      ['GET', `${place}/task_run/export`],
      ['GET', `${place}/task_run/changes`],
      ['GET', '/api/v1/whoami'],
      ['POST', `${place}/iam/test`, '{"permissions":[]}'],
      ['POST', '/mcp', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'],
    ];
    for (const [method, path, body] of doors) {
      const send = async (bearer: string) => {
        const headers = {
          authorization: `Bearer ${bearer}`,
          'x-request-id': 'same',
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        };
        const response = await fetch(gateway.url + path, { method, headers, ...(body && { body }) });
        const { date: _date, ...others } = Object.fromEntries(response.headers);
        return { path, status: response.status, text: await response.text(), others };
      };
      const statements = await gateway.statementsOf(async () => expect(await send(token)).toEqual(await send(unknown)));
      expect([path, (await send(token)).status, statements]).toEqual([path, 401, {}]);
    }
    const closeOf = async (bearer: string) => {
      const client = await openWebSocket(gateway);
      client.send({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } });
      return client.closed;
    };
    expect(await closeOf(token)).toEqual(await closeOf(unknown));
  });
});

describe('the points of links', () => {
  const gateway = useGateway({
    environment: { SHARE_LINKS: 'usage', COST_MODE: 'enforce', RATE_LIMIT_POINTS: '1', RATE_LIMIT_BURST: '2000' },
  });

  it('are of one account, which is not the account of their sharer', async () => {
    const [one, other] = [await makeShare(gateway, run, owner), await makeShare(gateway, run, owner)];
    const statuses = new Set<number>();
    for (let views = 0; views < 4000 && !statuses.has(429); views += 1)
      statuses.add((await viewShare(gateway, tokenOf(one))).status);
    expect([...statuses]).toEqual([200, 429]);
    const rejected = await viewShare(gateway, tokenOf(other));
    expect([rejected.status, rejected.headers.get('ratelimit')]).toEqual([429, null]);
    expect((await viewShare(gateway, 'unknown')).status).toBe(404);
    expect((await requestRest(gateway, `${gateway.url}/api/v1/whoami`, owner)).status).toBe(200);
  });
});

describe('a gateway whose links show no payload', () => {
  const gateway = useGateway({
    environment: { SHARE_LINKS: 'usage', SHARE_SIGNING_KEY: 'a key of this test, long enough..' },
  });

  it('rejects a link with payload', async () => {
    expect(await rejectionOf(gateway, shareOperation(run, 'payload: true'), owner)).toMatchObject({
      reason: 'VALIDATION_FAILED',
      detail: [{ loc: ['payload'] }],
    });
    await makeShare(gateway, run, owner);
  });

  it('logs a link that was made', async () => {
    const { id: share } = await makeShare(gateway, run, owner);
    const line = (await gateway.logLines()).find(({ share: logged }) => logged === share)!;
    expect(line).toMatchObject({
      event: 'share_created',
      level: 30,
      runs: [id],
      payload: false,
      subject: demoSubjects.owner,
    });
  });
});

describe('a gateway without links', () => {
  const gateway = useGateway();

  it('has no such field, permission, route or page', async () => {
    const { errors } = await gateway.ask(shareOperation(run), owner);
    expect(errors![0]!.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    const can = `{ viewer { can(permission: "task_run:share", orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") } }`;
    expect(await rejectionOf(gateway, can, owner)).toMatchObject({
      reason: 'VALIDATION_FAILED',
      detail: [{ loc: ['permission'] }],
    });
    for (const path of ['/api/v1/shared/run', '/shared']) expect((await fetch(gateway.url + path)).status).toBe(404);
    expect(await (await fetch(`${gateway.url}/openapi.json`)).text()).not.toMatch(/shared|task_run:share/i);
  });
});
