// Searches a database, its bucket, and a mirror with a separate bucket for a person who was erased.

import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { DataSource } from 'typeorm';
import { describeOnServer } from '../support/databases.js';
import { emptyTables } from '../support/empty-tables.js';
import { type MotoServer, startMotoServer } from '../support/moto-server.js';
import { createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { idOf } from '../support/permission-world.js';
import { spawnProgram } from '../support/spawned-program.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { untilSettled } from '../support/until-settled.js';

const orgId = idOf(3000);
const projectId = idOf(3001);
const owner = 'owner-of-the-project';
const person = 'c0ffee00-1111-4222-8333-444455556666';
const other = idOf(3003);
const marker = 'marker-of-the-person';
const otherMarker = 'marker-of-another';
const taskCount = 40;

/**
 * In each task, two runs of the person and one of somebody else in the same context, each with its own file and a
 * shared one.
 */
async function arrange(database: Pick<DataSource, 'query'>): Promise<void> {
  const run = (sql: string, values: unknown[] = []) => database.query(sql, values);
  await run("INSERT INTO organization (id, name) VALUES ($1, 'Org')", [orgId]);
  await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Project')", [projectId, orgId]);
  await run("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, owner]);
  await run("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'viewer')", [projectId, person]);
  await run("INSERT INTO resource_name VALUES ($1, 'user', $2, $3), ($1, 'user', $4, 'Somebody')", [
    orgId,
    person,
    marker,
    other,
  ]);
  await run(
    `INSERT INTO task (id, project_id, name) SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, 'Task ' || n
     FROM generate_series(1, $2::integer) AS n`,
    [projectId, taskCount],
  );
  await run(
    `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens, user_id,
       context_id)
     SELECT gen_random_uuid(), task.id, task.id, jsonb_build_object('text', 'of ' || text), jsonb_build_object('submitted', text), now(),
       1, 1, 2, user_id, 'context of ' || task.id
     FROM task CROSS JOIN (VALUES ($2::uuid, $3), ($2, $3), ($4, $5)) AS executed (user_id, text) WHERE project_id = $1`,
    [projectId, person, marker, other, otherMarker],
  );
  await run(
    `INSERT INTO task_run_file
     SELECT id, position, position || '.txt', 'text/plain', CASE position WHEN 0 THEN length(run_data ->> 'submitted') ELSE 6 END, 'INPUT',
       CASE position WHEN 0 THEN 'own/' || id ELSE 'shared/' || task_id END, created
     FROM task_run CROSS JOIN (VALUES (0), (1)) AS file (position) WHERE user_id IN ($1, $2)`,
    [person, other],
  );
}

describeOnServer('after the erasure of a person', () => {
  let gateway: Gateway;
  /** The database and the bucket of the gateway, and those of a mirror. */
  let places: readonly { readonly moto: MotoServer; readonly database: OwnDatabase; readonly dataSource: DataSource }[];
  beforeAll(async () => {
    const open = async () => {
      const database = await createMigratedDatabase();
      return { moto: await startMotoServer(), database, dataSource: await database.connect() };
    };
    places = [await open(), await open()];
    const [{ moto, database, dataSource }] = places as [(typeof places)[number]];
    await arrange(dataSource);
    const files = await dataSource.query(
      `SELECT DISTINCT storage_key AS key, CASE position WHEN 0 THEN run_data ->> 'submitted' ELSE 'shared' END AS text
       FROM task_run_file JOIN task_run ON id = task_run_id`,
    );
    for (const { key, text } of files)
      await moto.client.send(new PutObjectCommand({ Bucket: 'bucket', Key: `some/prefix/${key}`, Body: text }));
    gateway = await startGateway({
      environment: { ...moto.environment, DATABASE_URL: database.url, FILES_DELIVERY: 'stream' },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    for (const { moto, database, dataSource } of places ?? []) {
      await dataSource.destroy();
      await database.drop();
      moto.close();
    }
  });

  const run = async ({ moto, database }: (typeof places)[number], ...args: string[]) => {
    const environment = {
      ...moto.environment,
      DATABASE_URL: database.url,
      IMPORT_TOKEN: await gateway.tokenFor(owner),
    };
    const { code, output, errors } = await spawnProgram(['main.js', ...args], environment).ended;
    expect({ code, errors }).toMatchObject({ code: 0 });
    return output;
  };
  const mirror = async () => {
    await untilSettled(places[0]!.dataSource);
    const of = ['--from', `${gateway.url}/api/v1`, '--org', orgId, '--project', projectId, '--files'];
    return run(places[1]!, 'import', ...of);
  };
  const erase = (place: (typeof places)[number]) => run(place, 'purge', '--user', person, '--grants', '--yes');

  /** Returns the tables with a row, and the objects with a name or bytes, that contain the text. */
  const findEverywhere = async (text: string) => {
    const found: string[] = [];
    for (const { moto, dataSource } of places) {
      const tables = await dataSource.query("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
      for (const { name } of tables) {
        const [{ count }] = await dataSource.query(
          `SELECT count(*)::integer AS count FROM "${name}" AS row WHERE strpos(row::text, $1) > 0`,
          [text],
        );
        if (count > 0) found.push(`${name}: ${count}`);
      }
      let objects = 0;
      for await (const { Contents = [] } of paginateListObjectsV2({ client: moto.client }, { Bucket: 'bucket' })) {
        const texts = Contents.map(async ({ Key }) => {
          const { Body } = await moto.client.send(new GetObjectCommand({ Bucket: 'bucket', Key }));
          return `${Key} ${await Body!.transformToString()}`;
        });
        objects += (await Promise.all(texts)).filter((item) => item.includes(text)).length;
      }
      if (objects > 0) found.push(`objects: ${objects}`);
    }
    return found.sort();
  };

  it('a mirror leaves out the runs that its service still has, with the bytes of their files', async () => {
    const { dataSource } = places[1]!;
    await mirror();
    await erase(places[1]!);
    expect(await findEverywhere(marker)).toEqual(['objects: 80', 'resource_name: 1', 'task_run: 80']);
    await dataSource.query('DELETE FROM mirror_cursor');
    expect(await mirror()).toMatch(
      /, 40 unchanged, 0 deleted, 0 failed\. 80 skipped, because their person was erased\.$/m,
    );
    expect(await findEverywhere(marker)).toEqual(['objects: 80', 'resource_name: 1', 'task_run: 80']);
    await emptyTables(dataSource);
  });

  it('a search finds nothing of the person, and everything of others', async () => {
    expect(await mirror()).toContain(`${3 * taskCount} new`);
    const [runs, files] = [2 * taskCount, 4 * taskCount];
    const twoRunsOf = (name: string) => [`${name}: ${runs}`, `${name}: ${runs}`];
    expect(await findEverywhere(marker)).toEqual([
      'objects: 80',
      'objects: 80',
      'resource_name: 1',
      ...twoRunsOf('task_run'),
    ]);
    expect(await findEverywhere(person)).toEqual(['access_grant: 1', 'resource_name: 1', ...twoRunsOf('task_run')]);
    const others = await findEverywhere(otherMarker);

    const output = await erase(places[0]!);
    expect(output).toMatch(new RegExp(`^total +${runs} +${files} `, 'm'));
    expect(output).toContain("Other rows with the person's id: 0 deletions, 1 name, 1 grant.");
    expect(output).toContain('Run the command on mirrors, too.');
    expect(await mirror()).toContain(`${runs} deleted`);
    // The mirror has recorded separate deletions.
    expect(await findEverywhere(person)).toEqual([`task_run_deletion: ${runs}`]);
    expect(await erase(places[1]!)).toContain(
      `There are no such runs.\nOther rows with the person's id: ${runs} deletions`,
    );
    expect(await findEverywhere(person)).toEqual([]);
    expect(await findEverywhere(marker)).toEqual([]);
    expect(await findEverywhere(otherMarker)).toEqual(others);
    for (const { dataSource } of places)
      expect(await dataSource.query('SELECT count(*)::integer AS count FROM erased_run')).toEqual([{ count: runs }]);
    const sharedBytes = await findEverywhere('shared');
    expect(sharedBytes).toEqual(expect.arrayContaining([`objects: ${taskCount}`]));
  });
});
