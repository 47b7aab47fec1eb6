import { parse } from 'yaml';
import { createPurgeCommand } from '../../src/commands/purge.js';
import { readPurgeRequest } from '../../src/commands/purge-options.js';
import { planPurge } from '../../src/purge/purge-plan.js';
import { createDemoDatabase } from '../support/own-database.js';
import { parsed } from '../unit/commands/parsed-command.js';
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

describe('the daily purge of docs/growth.md', () => {
  const afterMain = (text: string) => /main\.js (.*)$/m.exec(text)![1]!.split(' ');
  it.each([
    ['cron', afterMain(block('purge-cron').text)],
    ['systemd', afterMain(block('purge-systemd').text)],
    [
      'Kubernetes',
      parse(block('purge-kubernetes').text).spec.jobTemplate.spec.template.spec.containers[0].args as string[],
    ],
  ])('obeys the policies without a question: %s', (_name, [command, ...args]) => {
    expect(command).toBe('purge');
    expect(readPurgeRequest(parsed(createPurgeCommand(), args))).toMatchObject({
      ...{ scope: 'all', rule: { kind: 'policy' }, isConfirmed: true, isDryRun: false },
    });
  });
});
