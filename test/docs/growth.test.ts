import { parse } from 'yaml';
import { createPurgeCommand, purge } from '../../src/commands/purge.js';
import { readPurgeRequest } from '../../src/commands/purge-options.js';
import { parseConfig } from '../../src/config/config.js';
import { planPurge } from '../../src/purge/purge-plan.js';
import { createDemoDatabase } from '../support/own-database.js';
import { parsed } from '../unit/commands/parsed-command.js';
import { block, documentAt } from './documents.js';

describe('the policy of docs/monitoring.md', () => {
  it('rules only its task, also when it is written again', async () => {
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

describe('the daily purge of docs/monitoring.md', () => {
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

describe('the VACUUM after an erasure in docs/monitoring.md', () => {
  it('leaves the id of the person in no statistics of the server', async () => {
    const database = await createDemoDatabase();
    const dataSource = await database.connect();
    const userId = '0195d1ff-0000-0000-0000-00000000abcd';
    await dataSource.query(
      `INSERT INTO resource_name (org_id, kind, id, name) SELECT id, 'user', $1, 'Erased' FROM organization`,
      [userId],
    );
    await dataSource.query(
      `INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role)
       SELECT 'task', id, 'user', $1, 'viewer' FROM task`,
      [userId],
    );
    await dataSource.query('UPDATE task_run SET user_id = $1 WHERE id IN (SELECT id FROM task_run LIMIT 20)', [userId]);
    await dataSource.query('ANALYZE');
    const tablesWithId = async () => {
      const rows: { name: string }[] = await dataSource.query(
        `SELECT DISTINCT tablename AS name FROM pg_stats
         WHERE schemaname = 'public' AND (most_common_vals::text LIKE $1 OR histogram_bounds::text LIKE $1) ORDER BY 1`,
        [`%${userId}%`],
      );
      return rows.map(({ name }) => name);
    };
    expect(await tablesWithId()).toEqual(['access_grant', 'resource_name', 'task_run']);

    const request = readPurgeRequest(parsed(createPurgeCommand(), ['--user', userId, '--grants', '--yes']));
    const { dataDir, database: settings, files } = parseConfig({});
    const config = { dataDir, database: { ...settings, url: database.url }, files };
    const terminal = { output: { write: () => true }, ask: null, signal: new AbortController().signal };
    await purge(request, config, terminal);
    const [statement] = documentAt('docs/monitoring.md').codes.filter((code) =>
      code.startsWith('VACUUM (ANALYZE) task_run, '),
    );
    await dataSource.query(statement!);
    expect(await tablesWithId()).toEqual([]);
    await dataSource.destroy();
    await database.drop();
  });
});
