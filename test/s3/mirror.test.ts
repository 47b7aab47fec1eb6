// A mirror whose files are in a bucket of Moto.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { type MotoServer, startMotoServer } from '../support/moto-server.js';
import { createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';
import { useOwnGateway } from '../support/start-gateway.js';
import { untilSettled } from '../support/until-settled.js';

const { orgId, projectId, owner } = generated;

const service = useOwnGateway({ arrange: (database) => arrangeGeneratedRuns(database, 120) });

interface StoredFile {
  readonly id: string;
  readonly key: string;
}

describe('a mirror with files in a bucket', () => {
  let moto: MotoServer;
  let database: OwnDatabase;
  beforeAll(async () => {
    moto = await startMotoServer();
    database = await createMigratedDatabase();
    await mkdir(join(service.dataDir, 'files'), { recursive: true });
    await writeFile(join(service.dataDir, 'files', 'a'), 'x');
    await service.query("UPDATE task_run_file SET storage_key = 'a'");
    await untilSettled(service);
  });
  afterAll(async () => {
    moto?.close();
    await database?.drop();
  });

  async function mirror(): Promise<string> {
    const path = ['--org', orgId, '--project', projectId, '--files'];
    const { code, output, errors } = await spawnProgram(
      ['main.js', 'import', '--from', `${service.url}/api/v1`, ...path],
      { ...moto.environment, DATABASE_URL: database.url, IMPORT_TOKEN: await service.tokenFor(owner) },
    ).ended;
    expect({ code, errors }).toMatchObject({ code: 0 });
    return output.trimEnd().split('\n').at(-1)!;
  }
  async function query(sql: string, values: unknown[] = []): Promise<StoredFile[]> {
    const dataSource = await database.connect();
    return dataSource.query(sql, values).finally(() => dataSource.destroy());
  }
  async function keysInBucket(): Promise<string[]> {
    const { Contents = [] } = await moto.client.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
    return Contents.map(({ Key }) => Key!.replace('some/prefix/', '')).sort();
  }
  const keysInDatabase = async () =>
    (await query('SELECT DISTINCT storage_key AS key FROM task_run_file')).map(({ key }) => key).sort();

  it('deletes the objects of deleted runs, unless another run names them', async () => {
    await mirror();
    const before = await keysInBucket();
    expect(before.length).toBeGreaterThan(2);
    expect(before).toEqual(await keysInDatabase());
    const [gone, shared, other] = (await query(
      'SELECT task_run_id AS id, min(storage_key) AS key FROM task_run_file GROUP BY 1 ORDER BY 1 LIMIT 3',
    )) as [StoredFile, StoredFile, StoredFile];
    await query(
      `INSERT INTO task_run_file
       SELECT $1, 7, 'other', content_type, size_bytes, direction, storage_key, created FROM task_run_file WHERE storage_key = $2`,
      [other.id, shared.key],
    );
    await service.query('DELETE FROM task_run WHERE id = ANY ($1)', [[gone.id, shared.id]]);
    await untilSettled(service);
    expect(await mirror()).toMatch(/ 2 deleted, 0 failed/);
    const after = await keysInBucket();
    expect(after).not.toContain(gone.key);
    expect(after).toContain(shared.key);
    expect(after).toEqual(await keysInDatabase());
  });
});
