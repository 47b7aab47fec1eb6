import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { demoPlaces, demoSubjects } from '../../dist/src/demo/data/demo-places.js';
import { launchBrowser, openPage } from './browser.mjs';
import { startIssuer } from './fake-issuer.mjs';
import { startGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const ofTask = `/runs?org=${orgId}&project=${projectId}&task=${taskId}&status=FAIL`;

describe('signing in on the pages', () => {
  const gateway = {};
  let issuer;

  before(async () => {
    issuer = await startIssuer();
    issuer.subject = demoSubjects.viewer;
    gateway.browser = await launchBrowser();
    const { url, audience, clientId } = issuer;
    const issuers = [{ issuer: url, type: 'oidc', audience }];
    const environment = { AUTH_ISSUERS: JSON.stringify(issuers), UI_CLIENT_ID: clientId, UI_SCOPE: 'openid runs' };
    Object.assign(gateway, await startGateway('embedded', environment));
  });
  after(async () => {
    await gateway.browser?.close();
    await gateway.stop?.();
    await issuer.stop();
  });

  const open = async (path) => {
    const visit = await openPage(gateway, { otherOrigins: [issuer.url] });
    await visit.page.goto(`${gateway.url}${path}`);
    const signIn = visit.page.getByRole('button', { name: 'Sign in', exact: true });
    return { ...visit, signIn, field: visit.page.getByLabel('Token', { exact: true }) };
  };
  const rows = (page) => page.locator('.run-table[aria-busy=false] .row-link').first();
  const stored = (page) => page.evaluate(() => ({ ...localStorage, ...sessionStorage }));

  it('leads to the issuer and back to the same address, with a token that is kept nowhere', async () => {
    const { page, context, complaints, signIn, field } = await open(ofTask);
    await signIn.waitFor();
    await lookAt(page, 'sign-in');
    await signIn.click();
    await rows(page).waitFor();
    assert.equal(page.url(), `${gateway.url}${ofTask}`);
    const { code_challenge, state, ...authorization } = issuer.authorizations.at(-1);
    assert.deepEqual(authorization, {
      tenant: '1',
      response_type: 'code',
      client_id: issuer.clientId,
      redirect_uri: `${gateway.url}/signed-in`,
      scope: 'openid runs',
      audience: issuer.audience,
      code_challenge_method: 'S256',
    });
    assert.match(code_challenge, /^[\w-]{43}$/);
    assert.match(state, /^[\w-]{43}$/);
    assert.deepEqual(await stored(page), {});
    await assertTokenIsNowhere(page, gateway, await field.inputValue());
    const { code } = issuer.tokenRequests.at(-1);
    assert.ok(!gateway.log().includes(code));
    const addresses = await page.evaluate(() => globalThis.navigation.entries().map(({ url }) => url));
    assert.ok(!addresses.some((each) => each?.includes(code)), addresses);
    assert.deepEqual(complaints, []);

    // The token follows to a new tab as any other does, and is signed out in both.
    const other = await context.newPage();
    await other.goto(`${gateway.url}${ofTask}`);
    await rows(other).waitFor();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await signIn.waitFor();
    await context.close();
  });

  for (const path of ['/runs/statistics?since=any', '/graphql#query=%7B__typename%7D']) {
    it(`comes back to ${path}`, async () => {
      const { page, context, complaints, signIn } = await open(path);
      await signIn.click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      assert.ok(page.url().startsWith(`${gateway.url}${path.slice(0, 25)}`), page.url());
      if (path.startsWith('/graphql')) await page.getByText('__typename').first().waitFor();
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }

  it('rejects what it has not begun, and what comes a second time, and asks the issuer for nothing', async () => {
    const { page, context, signIn } = await open(ofTask);
    await signIn.click();
    await rows(page).waitFor();
    const { state } = issuer.authorizations.at(-1);
    const { code } = issuer.tokenRequests.at(-1);
    const count = issuer.tokenRequests.length;
    for (const query of [`code=${code}&state=${state}`, 'code=made-up&state=made-up', 'code=made-up']) {
      await page.goto(`${gateway.url}/signed-in?${query}`);
      await page.getByRole('alert').getByText('This sign-in was not begun here').waitFor();
      assert.equal(new URL(page.url()).pathname, '/runs');
    }
    // A state that is another's, while one of its own is open.
    await page.evaluate(() =>
      sessionStorage.setItem('sign-in', JSON.stringify({ state: 'mine', verifier: 'v', returnTo: location.href })),
    );
    await page.goto(`${gateway.url}/signed-in?code=made-up&state=another`);
    await page.getByRole('alert').getByText('This sign-in was not begun here').waitFor();
    assert.deepEqual(await stored(page), {});
    assert.equal(issuer.tokenRequests.length, count);
    await context.close();
  });

  it('says why the issuer has signed nobody in', async () => {
    const { page, context, signIn } = await open(ofTask);
    issuer.refusal = { error: 'access_denied', error_description: 'The account is locked' };
    await signIn.click();
    await page.getByRole('alert').getByText('The account is locked').waitFor();
    issuer.refusal = { code: 'made-up', iss: 'https://another.example' };
    await signIn.click();
    await page.getByRole('alert').getByText('Another issuer has answered').waitFor();
    issuer.refusal = { code: 'made-up' };
    await signIn.click();
    await page.getByRole('alert').getByText('The issuer has sent no token: invalid_grant').waitFor();
    issuer.refusal = undefined;
    assert.equal(page.url(), `${gateway.url}${ofTask}`);
    await context.close();
  });

  it('restores the content that an expired token has shown', async () => {
    const { page, context, complaints, signIn } = await open(ofTask);
    issuer.expiresInSeconds = 4;
    await signIn.click();
    await rows(page).waitFor();
    await page
      .getByRole('alert')
      .getByText(/This token has expired/)
      .waitFor();
    issuer.expiresInSeconds = 3600;
    await page.locator('.stale .row-link').first().waitFor();
    await signIn.click();
    await rows(page).waitFor();
    await eventually(async () => (await page.locator('.stale').count()) === 0);
    assert.equal(page.url(), `${gateway.url}${ofTask}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('lets pages connect to the token endpoint, and without it to nothing but the gateway', async () => {
    const policyOf = async (url) =>
      /connect-src ([^;]*)/.exec((await fetch(url)).headers.get('content-security-policy'))[1];
    assert.equal(await policyOf(`${gateway.url}/runs`), `'self' ${issuer.url}/token`);
    const other = await startGateway('embedded');
    assert.equal(await policyOf(`${other.url}/runs`), "'self'");
    assert.equal((await fetch(`${other.url}/signed-in`)).status, 404);
    await other.stop();
  });
});
