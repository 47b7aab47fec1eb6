// What docs/operating.md says of the tables is what the migrations make, and its example is a run that can be read.

import { execFileSync } from 'node:child_process';
import { requestRest, runUrl } from '../support/rest-client.js';
import { useGateway } from '../support/start-gateway.js';
import { block, codesIn, tableRows } from './documents.js';

const gateway = useGateway();
const tables = ['organization', 'project', 'task', 'reporting_group', 'task_run', 'task_run_file', 'access_grant'];
const path = {
  orgId: '0195d1fe-0000-0000-0000-000000000001',
  projectId: '0195d1fe-0000-0000-0000-000000000002',
  taskId: '0195d1fe-0000-0000-0000-000000000003',
  id: '0195d1ff-1f05-437a-95ac-6de8969cb47b',
};

describe('the tables in docs/operating.md', () => {
  it.each(tables)('%s lists the columns, types and defaults', async (table) => {
    const columns: { name: string; type: string; fallback: string | null; required: boolean }[] = await gateway.query(
      `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
        (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum) AS fallback
      FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [table],
    );
    const known = columns.map(({ name, type, fallback, required }) => [
      name,
      type.replace('character varying', 'varchar').replace('timestamp(6) with time zone', 'timestamptz'),
      fallback?.replace(/::.*$/, '') ?? (required ? 'required' : 'null'),
    ]);
    const documented = tableRows('docs/operating.md', table, 'column').map(([name, type, fallback]) => [
      codesIn(name!)[0],
      codesIn(type!)[0],
      fallback!.replaceAll('`', ''),
    ]);
    expect(documented).toEqual(known);
  });

  it.each(tables)('%s lists the constraints', async (table) => {
    const constraints: { name: string }[] = await gateway.query(
      "SELECT conname AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype <> 'n'",
      [table],
    );
    const codes = tableRows('docs/operating.md', table, 'column').flatMap(([, , , meaning]) => codesIn(meaning!));
    expect(constraints.length).toBeGreaterThan(0);
    expect(constraints.map(({ name }) => name).filter((name) => !codes.includes(name))).toEqual([]);
  });

  it('allow reads to a role with the documented grants, also of later tables', async () => {
    const role = `gateway_docs_${process.pid}`;
    await gateway.query(`CREATE ROLE ${role}`);
    await gateway.query(block('gateway-role').text.replaceAll(/\bgateway\b/g, role));
    await gateway.query('CREATE TABLE later ()');
    const unreadable = await gateway.query(
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT has_table_privilege($1, oid, 'SELECT')",
      [role],
    );
    await gateway.query(`DROP TABLE later; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    expect(unreadable).toEqual([]);
  });

  it('show an example that GraphQL and REST return whole, with the bytes of its file', async () => {
    const script = block('insert-file').text.replaceAll('.data', gateway.dataDir);
    execFileSync('sh', ['-ec', script], { env: { PATH: process.env.PATH! } });
    await gateway.query(block('insert-run').text);
    await gateway.query("INSERT INTO access_grant VALUES ('task', $1, 'user', 'reader of docs', 'viewer')", [
      path.taskId,
    ]);
    const arguments_ = Object.entries(path).map(([name, value]) => `${name}: "${value}"`);
    const { taskRun } = await gateway.dataOf(
      `{ taskRun(${arguments_.join(', ')}) { created response submitted chargedCredits userId reference isError reportingGroup { name } files { name sizeBytes downloadUrl } } }`,
      { as: 'reader of docs' },
    );
    expect(taskRun).toEqual({
      created: '2025-03-26T08:15:30.247662Z',
      response: { category: 'shipping' },
      submitted: { text: 'Where is my parcel?' },
      chargedCredits: '1.00',
      userId: '0195d1ff-0000-0000-0000-000000000005',
      reference: 'ticket-4711',
      isError: false,
      reportingGroup: { name: 'Pilot' },
      files: [{ name: 'letter.txt', sizeBytes: 19, downloadUrl: expect.any(String) }],
    });
    expect(await (await fetch(taskRun.files[0].downloadUrl)).text()).toBe('Where is my parcel?');
    const run = await (await requestRest(gateway, runUrl(gateway, path), { as: 'reader of docs' })).json();
    expect(run).toMatchObject({ id: path.id, charged_credits: '1.00', total_tokens: 1801 });
  });
});
