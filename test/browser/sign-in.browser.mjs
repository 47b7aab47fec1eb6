import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { demoPlaces, demoSubjects } from '../../dist/src/demo/data/demo-places.js';
import { launchBrowser, openPage } from './browser.mjs';
import { startGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { startIssuer } from './issuer.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { startNginx } from './nginx.mjs';
import { currentToken, openMenu, readAs, sessionButton, signOut, tokenField } from './session.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}&status=FAIL`;
const flag = { 'task-runs:signed-in': '1' };

/** For a describe: an issuer, a gateway whose pages use it for sign-in, and a browser. */
function useSignIn(environment = {}) {
  const visitors = { issuer: undefined, gateway: {} };
  before(async () => {
    visitors.issuer = await startIssuer();
    visitors.issuer.subject = demoSubjects.viewer;
    const { url, audience, clientId } = visitors.issuer;
    Object.assign(
      visitors.gateway,
      await startGateway('embedded', {
        AUTH_ISSUERS: JSON.stringify([{ issuer: url, type: 'oidc', audience }]),
        UI_CLIENT_ID: clientId,
        UI_SCOPE: 'openid profile',
        ...environment,
      }),
      { browser: await launchBrowser() },
    );
    await visitors.issuer.register(environment.PUBLIC_URL ?? visitors.gateway.url);
  });
  after(async () => {
    await visitors.gateway.browser?.close();
    await visitors.gateway.stop?.();
    await visitors.issuer.stop();
  });
  /** Opens a page for a new visitor. `root` is the gateway's URL for browsers. */
  visitors.open = async (path, root = visitors.gateway.url) => {
    const { browser } = visitors.gateway;
    const visit = await openPage({ browser, url: root }, { otherOrigins: [visitors.issuer.url] });
    await visit.page.goto(`${root}${path}`);
    return { ...visit, signIn: signInButton(visit.page) };
  };
  /** Opens a page and signs in. */
  visitors.openSignedIn = async (path, root) => {
    const visit = await visitors.open(path, root);
    await visit.signIn.click();
    await row(visit.page).waitFor();
    return visit;
  };
  return visitors;
}

const signInButton = (page) => page.locator('.token-card').getByRole('button', { name: 'Sign in', exact: true });
const row = (page) => page.locator('.run-table[aria-busy=false] .row-link').first();
/** Returns what the browser stores, other than the scopes that were used last. */
const stored = (page) =>
  page.evaluate(() => {
    const { 'task-runs:scopes': _, ...others } = { ...localStorage, ...sessionStorage };
    return others;
  });

async function assertSignedOut(page) {
  await signInButton(page).waitFor();
  assert.equal(await page.getByRole('alert').count(), 0);
  assert.deepEqual(await stored(page), {});
}

describe('signing in on the pages', () => {
  const visitors = useSignIn();
  const { gateway, open, openSignedIn } = visitors;

  it('leads to the issuer and back to the same address, with tokens that are kept nowhere', async () => {
    const { issuer } = visitors;
    const { page, context, complaints, signIn } = await open(taskUrl);
    await signIn.waitFor();
    await lookAt(page, 'sign-in');
    await signIn.click();
    await row(page).waitFor();
    assert.equal(page.url(), `${gateway.url}${taskUrl}`);
    const { code_challenge, state, nonce, ...authorization } = issuer.authorizations.at(-1);
    assert.deepEqual(authorization, {
      response_type: 'code',
      client_id: issuer.clientId,
      redirect_uri: `${gateway.url}/signed-in`,
      scope: 'openid profile',
      audience: issuer.audience,
      code_challenge_method: 'S256',
    });
    for (const each of [code_challenge, state, nonce]) assert.match(each, /^[\w-]{43}$/);
    assert.deepEqual(await stored(page), flag);
    await assertTokenIsNowhere(page, gateway, await currentToken(page));
    assert.doesNotMatch(gateway.log(), /signed-in\?code=/);
    const addresses = await page.evaluate(() => globalThis.navigation.entries().map(({ url }) => url));
    assert.ok(!addresses.some((address) => address?.includes('code=')), addresses);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows the name of the person, with what they see and for how long, in a header of one line', async () => {
    const { page, context, complaints } = await openSignedIn(taskUrl);
    assert.equal(await sessionButton(page).textContent(), 'Ada Adjuster');
    const menu = await openMenu(page);
    await menu.getByText('viewer of Claims intake').waitFor();
    await menu.getByText(/^Session ends in (59|60) minutes$/).waitFor();
    assert.equal(await menu.getByRole('button', { name: 'Sign in' }).count(), 0);
    await lookAt(page, 'session-menu');
    await page.setViewportSize({ width: 390, height: 900 });
    const { height } = await page.locator('.page-header').boundingBox();
    // With controls of 44 px, a second line would make it higher than 100 px.
    assert.ok(height < 64, `${height} px`);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  for (const path of ['/runs/statistics?since=any', '/graphql#query=%7B__typename%7D']) {
    it(`comes back to ${path}, also after a reload`, async () => {
      const { page, context, complaints, signIn } = await open(path);
      await signIn.click();
      for (const load of [() => {}, () => page.reload()]) {
        await load();
        await sessionButton(page).waitFor();
        assert.ok(page.url().startsWith(`${gateway.url}${path.slice(0, 25)}`), page.url());
        if (path.startsWith('/graphql')) await page.getByText('__typename').first().waitFor();
      }
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }

  it('comes back to an operation of the reference of REST, which has the token', async () => {
    const { issuer } = visitors;
    const { page, context, complaints } = await open('/docs/#/Task%20runs/fetchTaskRun');
    const menu = await openMenu(page);
    await menu.getByRole('button', { name: 'Sign in' }).click();
    for (const load of [() => {}, () => page.reload()]) {
      await load();
      await eventually(async () => (await sessionButton(page).textContent()) === 'Ada Adjuster');
      assert.equal(page.url(), `${gateway.url}/docs/#/Task%20runs/fetchTaskRun`);
      assert.match(issuer.authorizations.at(-1).state, /^reference\./);
      await page.locator('.opblock.is-open').waitFor();
      await page.locator('.try-out__btn').click();
      await page.locator('.execute').click();
      await page.locator('.live-responses-table .response-col_status', { hasText: /^200/ }).waitFor();
      assert.deepEqual(await stored(page), flag);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('survives a reload of the only tab, without a question and without a step back in the history', async () => {
    const { issuer } = visitors;
    const { page, context, complaints } = await openSignedIn(taskUrl);
    const length = await page.evaluate(() => history.length);
    await page.reload();
    await row(page).waitFor();
    assert.equal(page.url(), `${gateway.url}${taskUrl}`);
    assert.equal(issuer.authorizations.at(-1).prompt, 'none');
    assert.equal(await page.evaluate(() => history.length), length);
    assert.deepEqual(await stored(page), flag);
    await assertTokenIsNowhere(page, gateway, await currentToken(page));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('reaches a new tab from the open one, and from the issuer after all were closed', async () => {
    const { issuer } = visitors;
    const { page, context } = await openSignedIn(taskUrl);
    const count = issuer.authorizations.length;
    const second = await context.newPage();
    await second.goto(`${gateway.url}${taskUrl}`);
    await row(second).waitFor();
    assert.equal(await sessionButton(second).textContent(), 'Ada Adjuster');
    assert.equal(issuer.authorizations.length, count);
    await page.close();
    await second.close();
    const third = await context.newPage();
    await third.goto(`${gateway.url}${taskUrl}#part`);
    await row(third).waitFor();
    assert.equal(third.url(), `${gateway.url}${taskUrl}#part`);
    assert.equal(issuer.authorizations.length, count + 1);
    assert.deepEqual(await stored(third), flag);
    await context.close();
  });

  it('asks the issuer nothing unprompted in a browser that has never signed in', async () => {
    const { issuer } = visitors;
    const count = issuer.authorizations.length;
    const { page, context, complaints } = await open(taskUrl);
    await assertSignedOut(page);
    await page.reload();
    await assertSignedOut(page);
    assert.equal(issuer.authorizations.length, count);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows the card once, and no error, after the issuer has ended its session', async () => {
    const { issuer } = visitors;
    const { page, context, complaints } = await openSignedIn(taskUrl);
    await context.clearCookies();
    const count = issuer.authorizations.length;
    await page.reload();
    await assertSignedOut(page);
    assert.equal(page.url(), `${gateway.url}${taskUrl}`);
    await page.reload();
    await assertSignedOut(page);
    assert.equal(issuer.authorizations.length, count + 1);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('keeps to the card during an outage of the issuer, and signs in automatically after it', async () => {
    const { issuer } = visitors;
    const { page, context } = await openSignedIn(taskUrl);
    const count = issuer.authorizations.length;
    await context.route(`${issuer.url}/**`, (route) => route.abort('connectionrefused'));
    await page.reload();
    await signInButton(page).waitFor();
    assert.equal(page.url(), `${gateway.url}${taskUrl}`);
    assert.deepEqual(await stored(page), flag);
    assert.equal(issuer.authorizations.length, count);
    await context.unroute(`${issuer.url}/**`);
    await page.reload();
    await row(page).waitFor();
    await context.close();
  });

  it('asks an issuer only once that does not lead back', async () => {
    const { issuer } = visitors;
    const { page, context } = await openSignedIn(taskUrl);
    issuer.alterRedirect = (url) => {
      url.port = new URL(issuer.url).port;
    };
    await page.reload();
    await page.waitForURL(`${issuer.url}/signed-in*`);
    issuer.alterRedirect = () => {};
    await page.goto(`${gateway.url}${taskUrl}`);
    await assertSignedOut(page);
    await context.close();
  });

  it('renews the token before it ends, in all tabs, and keeps what they show', async () => {
    const { issuer } = visitors;
    Object.assign(issuer, { givesRefreshTokens: true, expiresInSeconds: 12 });
    const { page, context, complaints } = await openSignedIn(taskUrl);
    const second = await context.newPage();
    await second.goto(`${gateway.url}${taskUrl}`);
    await row(second).waitFor();
    const first = await currentToken(page);
    issuer.expiresInSeconds = 3600;
    const readings = [];
    for (const each of [page, second])
      each.on('request', (request) => /query Runs/.test(request.postData()) && readings.push(request.postData()));
    for (const each of [page, second]) {
      await eventually(async () => (await currentToken(each)) !== first, 15_000);
      assert.equal(await each.getByText('Your session ended').count(), 0);
      assert.deepEqual(await stored(each), flag);
      await row(each).waitFor();
    }
    assert.equal(await currentToken(page), await currentToken(second));
    assert.deepEqual(readings, []);
    await assertTokenIsNowhere(page, gateway, await currentToken(page));
    Object.assign(issuer, { givesRefreshTokens: false });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('takes a token, but offers no sign-in, where the browser stores nothing', async () => {
    const { page, context, complaints } = await open('/');
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException('Access is denied.', 'SecurityError');
          },
        });
      }
    });
    await page.goto(`${gateway.url}${taskUrl}`);
    await tokenField(page);
    assert.equal(await signInButton(page).count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('signs out in all tabs and at the issuer', async () => {
    const { issuer } = visitors;
    const { page, context, complaints } = await openSignedIn(taskUrl);
    const second = await context.newPage();
    await second.goto(`${gateway.url}${taskUrl}`);
    await row(second).waitFor();
    await signOut(second);
    await second.getByRole('button', { name: 'Leave' }).click();
    await assertSignedOut(second);
    assert.equal(new URL(second.url()).pathname, '/');
    await assertSignedOut(page);
    const { id_token_hint, ...logout } = issuer.logouts.at(-1);
    assert.deepEqual(logout, { client_id: issuer.clientId, post_logout_redirect_uri: `${gateway.url}/` });
    assert.equal(id_token_hint.split('.').length, 3);
    // The issuer has no session for a silent sign-in.
    await page.evaluate(() => localStorage.setItem('task-runs:signed-in', '1'));
    await page.reload();
    await assertSignedOut(page);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('rejects what it has not begun, and what comes a second time, and asks the issuer for nothing', async () => {
    const { page, context } = await openSignedIn(taskUrl);
    const requests = [];
    page.on('request', (request) => request.method() === 'POST' && requests.push(request.url()));
    for (const query of ['code=made-up&state=made-up', 'code=made-up']) {
      await page.goto(`${gateway.url}/signed-in?${query}`);
      await page.getByRole('alert').getByText('This sign-in did not begin in this tab').waitFor();
      assert.equal(new URL(page.url()).pathname, '/');
    }
    assert.deepEqual(await stored(page), flag);
    assert.deepEqual(requests, []);
    await context.close();
  });

  it('rejects a wrong state, another issuer and a code of another sign-in', async () => {
    const { issuer } = visitors;
    const { page, context, signIn } = await open(taskUrl);
    for (const [parameter, problem] of [
      ['state', 'This sign-in did not begin in this tab'],
      ['iss', 'Another issuer responded'],
      ['code', 'The issuer sent no token: invalid_grant'],
    ]) {
      issuer.alterRedirect = (url) => url.searchParams.set(parameter, 'made-up');
      await signIn.click();
      await page.getByRole('alert').getByText(problem).waitFor();
      assert.equal(page.url(), `${gateway.url}${taskUrl}`);
      assert.deepEqual(await stored(page), {});
    }
    issuer.alterRedirect = () => {};
    await context.close();
  });

  for (const [claim, value] of [
    ['nonce', 'made-up'],
    ['iss', 'https://another.example'],
    ['aud', ['another']],
  ]) {
    it(`rejects an ID token with a wrong ${claim}, aloud after a click and silently without one`, async () => {
      const { issuer } = visitors;
      const { page, context, signIn } = await open(taskUrl);
      const tamper = async (route) => {
        if (route.request().method() !== 'POST') return route.continue();
        const response = await route.fetch();
        const body = await response.json();
        const [header, payload, signature] = body.id_token.split('.');
        const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), [claim]: value };
        const tampered = Buffer.from(JSON.stringify(claims)).toString('base64url');
        return route.fulfill({ response, json: { ...body, id_token: [header, tampered, signature].join('.') } });
      };
      await context.route(`${issuer.url}/token`, tamper);
      await signIn.click();
      await page.getByRole('alert').getByText('The ID token is not for this sign-in').waitFor();
      assert.deepEqual(await stored(page), {});
      await page.evaluate(() => localStorage.setItem('task-runs:signed-in', '1'));
      await page.reload();
      await assertSignedOut(page);
      await context.close();
    });
  }

  it('shows why the issuer did not sign anybody in', async () => {
    const { issuer } = visitors;
    const { page, context, signIn } = await open(taskUrl);
    issuer.rejection = { error: 'access_denied', error_description: 'The account is locked' };
    await signIn.click();
    await page.getByRole('alert').getByText('The account is locked').waitFor();
    issuer.rejection = undefined;
    assert.equal(page.url(), `${gateway.url}${taskUrl}`);
    await context.close();
  });

  it('restores the content that an expired token has shown', async () => {
    const { issuer } = visitors;
    issuer.expiresInSeconds = 4;
    const { page, context, complaints, signIn } = await openSignedIn(taskUrl);
    await page.getByRole('alert').getByText('Your session ended. Sign in again.').waitFor();
    issuer.expiresInSeconds = 3600;
    await page.locator('.stale .row-link').first().waitFor();
    await signIn.click();
    await row(page).waitFor();
    await eventually(async () => (await page.locator('.stale').count()) === 0);
    assert.equal(page.url(), `${gateway.url}${taskUrl}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('offers one button, which has the focus, and a token only on request', async () => {
    const { page, context, complaints, signIn } = await open(taskUrl);
    await page.getByRole('heading', { name: 'Sign in to Task runs', level: 1 }).waitFor();
    assert.ok(await signIn.evaluate((button) => button === document.activeElement));
    const field = page.locator('.token-card').getByLabel('Token', { exact: true });
    assert.equal(await field.isVisible(), false);
    await page.locator('.token-card').getByText('Use a token').click();
    await field.fill(await gateway.tokenOf('viewer', -3600));
    await page.getByRole('alert').getByText('Your session ended. Sign in again.').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('lets pages connect to the issuer’s two addresses, and without an issuer to nothing but the gateway', async () => {
    const policyOf = async (url) =>
      /connect-src ([^;]*)/.exec((await fetch(url)).headers.get('content-security-policy'))[1];
    const { url: issuerUrl } = visitors.issuer;
    assert.equal(
      await policyOf(`${gateway.url}/runs`),
      `'self' ${issuerUrl}/token ${issuerUrl}/.well-known/openid-configuration`,
    );
    const other = await startGateway('embedded');
    assert.equal(await policyOf(`${other.url}/runs`), "'self'");
    assert.equal((await fetch(`${other.url}/signed-in`)).status, 404);
    await other.stop();
  });
});

describe('signing in beside a demo', () => {
  const { gateway, open, openSignedIn } = useSignIn({ DEMO: 'on' });

  it('comes first, before the owners of the demo', async () => {
    const { page, context, signIn } = await open(taskUrl);
    await signIn.waitFor();
    await page.locator('.token-card').getByLabel('Read as').selectOption('owner');
    await row(page).waitFor();
    const menu = await openMenu(page);
    await menu.getByText(/^sees all runs of Harbor Insurance/).waitFor();
    await menu.getByRole('button', { name: 'Sign in' }).click();
    await eventually(async () => (await sessionButton(page).textContent()) === 'Ada Adjuster');
    assert.deepEqual(await stored(page), flag);
    await context.close();
  });

  it('stays after a reload, and the person can read as an owner of the demo', async () => {
    const { page, context } = await openSignedIn(taskUrl);
    await page.reload();
    await row(page).waitFor();
    assert.equal(await sessionButton(page).textContent(), 'Ada Adjuster');
    await readAs(page, 'stranger');
    await eventually(async () => (await sessionButton(page).textContent()) === 'stranger');
    assert.deepEqual(await stored(page), flag);
    assert.equal(page.url(), `${gateway.url}${taskUrl}`);
    await context.close();
  });
});

describe('signing in below a path behind nginx', () => {
  const proxy = {};
  before(async () => Object.assign(proxy, await startNginx()));
  after(() => proxy.stop());
  const environment = {};
  before(() => Object.assign(environment, { PUBLIC_URL: proxy.url }));
  const visitors = useSignIn(environment);
  before(() => proxy.forwardTo(visitors.gateway.url));

  it('comes back to the same address, survives a reload and signs out', async () => {
    const { issuer } = visitors;
    const { page, context, complaints } = await visitors.openSignedIn(taskUrl, proxy.url);
    for (const load of [() => {}, () => page.reload()]) {
      await load();
      await row(page).waitFor();
      assert.equal(page.url(), `${proxy.url}${taskUrl}`);
      assert.deepEqual(await stored(page), flag);
    }
    await signOut(page);
    await page.getByRole('button', { name: 'Leave' }).click();
    await assertSignedOut(page);
    assert.equal(page.url(), `${proxy.url}/`);
    assert.equal(issuer.logouts.at(-1).post_logout_redirect_uri, `${proxy.url}/`);
    await tokenField(page);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
