import { planPurge } from '../../src/purge/purge-plan.js';
import { createDemoDatabase } from '../support/own-database.js';
import { block } from './documents.js';

describe('the policy of docs/growth.md', () => {
  it('rules its task alone, also when it is written again', async () => {
    const database = await createDemoDatabase();
    const dataSource = await database.connect();
    const { text } = block('retention');
    await dataSource.query(text);
    await dataSource.query(text.replace('90, 1000)', '1, 3)'));
    const { tasks } = await planPurge(dataSource, 'all', { kind: 'policy' }, '2100-01-01T00:00:00Z');
    const [{ count }] = await dataSource.query('SELECT count(*)::integer AS count FROM task_run WHERE task_id = $1', [
      tasks[0]?.taskId,
    ]);
    await dataSource.destroy();
    await database.drop();
    expect(tasks.map(({ taskName, runs }) => [taskName, runs])).toEqual([['Support triage', count - 3]]);
  });
});
