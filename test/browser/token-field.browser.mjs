import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openPage } from './browser.mjs';
import { describeOnEachDatabase, useGateway } from './gateway.mjs';
import { assertTokenIsNowhere } from './look.mjs';

describeOnEachDatabase('the field Token', (kind) => {
  const gateway = useGateway(kind);

  const open = async (path) => {
    const visit = await openPage(gateway);
    await visit.page.goto(`${gateway.url}${path}`);
    const field = visit.page.getByLabel('Token', { exact: true });
    await field.waitFor();
    return { ...visit, field };
  };

  it('is on the page to which the root leads', async () => {
    const { page, context, complaints } = await open('/');
    assert.equal(new URL(page.url()).pathname, '/runs');
    assert.deepEqual(
      complaints.filter((each) => !each.includes('401')),
      [],
    );
    await context.close();
  });

  for (const path of ['/runs', '/runs/statistics', '/runs/a/b/c/d']) {
    it(`says in a sentence what is wrong with a token, at ${path}`, async () => {
      const { page, context, field } = await open(path);
      for (const [token, sentence] of [
        ['', /Enter a token/],
        ['nonsense', /This token is not valid here/],
        [await gateway.tokenOf('viewer', -3600), /This token has expired/],
      ]) {
        await field.fill(token);
        await page.getByText(sentence).first().waitFor();
      }
      await context.close();
    });
  }

  it('takes a token as it is copied, and forgets it with the page', async () => {
    const { page, context, field, complaints } = await open('/runs');
    const token = await gateway.tokenOf('owner');
    await field.fill(`Authorization: Bearer ${token}\n`);
    assert.equal(await field.inputValue(), token);
    await page.getByText(/ends in/).waitFor();
    await page.waitForLoadState('networkidle');
    await assertTokenIsNowhere(page, gateway, token);
    await page.reload();
    await field.waitFor();
    assert.notEqual(await field.inputValue(), token);
    assert.deepEqual(
      complaints.filter((each) => !each.includes('401')),
      [],
    );
    await context.close();
  });

  it('offers tokens of the demo by name, with what their owners see, where there is a demo', async () => {
    const { page, context } = await open('/runs');
    const choice = page.getByLabel('Read as');
    assert.equal(await choice.count(), kind === 'embedded' ? 1 : 0);
    const accessTexts = { owner: /^sees all runs of Harbor Insurance/, stranger: /^sees nothing/ };
    for (const [name, accessText] of kind === 'embedded' ? Object.entries(accessTexts) : []) {
      await choice.selectOption(name);
      await page.getByText(accessText).waitFor();
    }
    await context.close();
  });
});
