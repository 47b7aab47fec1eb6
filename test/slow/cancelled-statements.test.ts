import { trials, tryCancelling } from '../support/cancel-trials.js';
import { describeOnServer } from '../support/databases.js';

describeOnServer(`${trials} statements that are cancelled at random moments`, () => {
  it('end, and no other statement of their connections does', async () => {
    const { cancelled, closed, ended, others, failures } = await tryCancelling(process.env.TEST_DATABASE_URL!);
    expect({ closed, failures }).toEqual({ closed: 0, failures: [] });
    expect(cancelled + ended).toBe(trials);
    for (const count of [cancelled, ended, others]) expect(count).toBeGreaterThan(trials / 10);
  }, 3_600_000);
});
