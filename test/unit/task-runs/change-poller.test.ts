import { ChangePoller } from '../../../src/task-runs/changes/change-poller.js';
import { useFakeTime } from '../../support/fake-time.js';

const pass = useFakeTime();

describe('polling for changes', () => {
  it('goes on while a stream waits, by one statement for all, and stops with the last of them', async () => {
    const asked: number[] = [];
    const poller = new ChangePoller({
      poll: async (scopes) => {
        asked.push(scopes.length);
        return { epoch: 'epoch', settled: '1', changed: [] };
      },
      onFailure: () => {},
    });
    const path = { orgId: 'o', projectId: 'p', taskId: 't' };
    const scope = { path, subject: 'somebody', userId: null, taskIds: null, scopeKind: 'usage' as const };
    const waiting = Array.from({ length: 40 }, () =>
      poller.wait({ scope, epoch: 'epoch', settled: '1', timeoutMs: 60_000 }),
    );
    await pass(5000);
    expect(asked.length).toBeGreaterThan(3);
    expect(new Set(asked)).toEqual(new Set([1]));
    for (const { end } of waiting) end();
    await pass(1000);
    const polls = asked.length;
    await pass(10_000);
    expect(asked).toHaveLength(polls);
    poller.close();
  });
});
