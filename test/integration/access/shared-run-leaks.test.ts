// Searches for a way in which the holder of a link without payload could distinguish two payloads.

import { arrangePayloadWorld, hiddenRuns, payloadWorld, secrets, switchPayload } from '../../support/payload-world.js';
import { makeShare, tokenOf, viewShare } from '../../support/shares.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, owner, maxResponseBytes } = payloadWorld;

describe('the payload of runs that links without payload show', () => {
  const gateway = useOwnGateway({
    environment: { SHARE_LINKS: 'payload', MAX_RESPONSE_BYTES: String(maxResponseBytes), COST_MODE: 'measure' },
    clock: { at: Date.now() },
    arrange: arrangePayloadWorld,
  });

  async function observe(token: string) {
    let visible: object | undefined;
    const statements = await gateway.statementsOf(async () => {
      const { status, text, headers } = await viewShare(gateway, token);
      const { date: _date, 'x-request-id': _id, ...others } = Object.fromEntries(headers);
      visible = { status, text, others };
    });
    return { ...visible, statements };
  }

  it('changes neither responses nor headers nor statements', async () => {
    const tokens: string[] = [];
    for (const { id, taskId } of hiddenRuns)
      tokens.push(tokenOf(await makeShare(gateway, { orgId, projectId, taskId, id }, { as: owner })));
    const before = [];
    for (const token of tokens) before.push(await observe(token));
    await switchPayload(gateway, 'other');
    for (const [index, token] of tokens.entries()) {
      const after = await observe(token);
      expect(after).toEqual(before[index]);
      expect(after).toMatchObject({ status: 200, statements: { share_facts: 1, task_runs_by_path: 1 } });
      for (const secret of Object.values(secrets)) expect(JSON.stringify(after)).not.toContain(secret);
    }
    await switchPayload(gateway, 'one');
    const [{ id, taskId }] = hiddenRuns as [(typeof hiddenRuns)[0]];
    const whole = await makeShare(gateway, { orgId, projectId, taskId, id }, { as: owner }, 'payload: true');
    expect((await viewShare(gateway, tokenOf(whole))).text).toContain(secrets.one);
  });
});
