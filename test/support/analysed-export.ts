// A Parquet export of generated runs, and the figures that analytical databases must find in it.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { demoPlaces } from '../../src/demo/data/demo-places.js';
import { arrangeGeneratedRuns, generated } from './generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from './own-database.js';
import { spawnProgram } from './spawned-program.js';
import { untilSettled } from './until-settled.js';

const run = promisify(execFile);
const runs = 2000;

/** SQL for the figures that the documents' statements return. */
const byHand = `
  SELECT response ->> 'category' AS category, count(*)::integer AS runs, sum(charged_credits)::double precision AS credits,
    round((percentile_cont(0.95) WITHIN GROUP (ORDER BY llm_call_timing))::numeric, 6)::double precision AS p95
  FROM task_run WHERE created >= '2025-03-01T12:00Z' GROUP BY 1 ORDER BY runs DESC, category LIMIT 20`;

export interface AnalysedExport {
  /** Queries the database of a test folder, which is the parent folder of the export. */
  ask(database: string, sql: string): Promise<readonly Record<string, unknown>[]>;
  readonly expected: readonly Record<string, unknown>[];
}

/** Creates the export for a test file. @param command one of the documents' commands, for a project of the demo */
export function useAnalysedExport(command: string): AnalysedExport {
  const used = {} as { -readonly [Name in keyof AnalysedExport]: AnalysedExport[Name] };
  let database: OwnDatabase;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-analysis-'));
    database = await createMigratedDatabase();
    const dataSource = await database.connect();
    await arrangeGeneratedRuns(dataSource, runs);
    await dataSource.query(
      `UPDATE task_run SET response = jsonb_build_object('category', 'number ' || input_tokens % 10)`,
    );
    await untilSettled(dataSource);
    used.expected = await dataSource.query(byHand);
    await dataSource.destroy();
    const [, org, project, options] = /^npm run export -- --org (\S+) --project (\S+) (.*) --out runs\n$/.exec(
      command,
    )!;
    expect([org, project]).toEqual([demoPlaces.richRun.orgId, demoPlaces.richRun.projectId]);
    const place = ['--org', generated.orgId, '--project', generated.projectId, '--out', join(folder, 'runs')];
    const { code, errors } = await spawnProgram(['main.js', 'export', ...place, ...options!.split(' ')], {
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '1',
    }).ended;
    expect(code === 0 ? '' : errors).toBe('');
    used.ask = async (name, sql) => {
      const path = join(import.meta.dirname, '..', name, 'ask.mjs');
      return JSON.parse((await run(process.execPath, [path, folder, sql])).stdout).map(toFigures);
    };
  });
  afterAll(async () => {
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });
  return used;
}

/** Large integers and decimals are returned as strings. */
function toFigures({ category, ...figures }: Record<string, unknown>): Record<string, unknown> {
  return { category, ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)])) };
}
