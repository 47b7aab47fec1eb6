import type { DataSource } from 'typeorm';
import { demoPlaces } from '../../../src/demo/data/demo-places.js';
import { createDemoRuns, fillDemoData } from '../../../src/demo/data/fill-demo-data.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';

describe('the demo data', () => {
  let dataSource: DataSource;
  useMigratedDatabase(async (migrated) => {
    dataSource = migrated;
    await fillDemoData(dataSource);
  });

  const textOf = async (column: string, id: string) => {
    const [row] = await dataSource.query(`SELECT ${column} AS text FROM task_run WHERE id = $1`, [id]);
    return row.text;
  };

  it('includes all its rows', async () => {
    const runs = createDemoRuns();
    const [counts] = await dataSource.query(`SELECT
      (SELECT count(*)::int FROM organization) AS organizations, (SELECT count(*)::int FROM project) AS projects,
      (SELECT count(*)::int FROM task) AS tasks, (SELECT count(*)::int FROM reporting_group) AS groups,
      (SELECT count(*)::int FROM access_grant) AS grants, (SELECT count(*)::int FROM task_run) AS runs,
      (SELECT count(*)::int FROM task_run_file) AS files`);
    expect(counts).toEqual({
      organizations: 3,
      projects: 6,
      tasks: 24,
      groups: 18,
      grants: 7,
      runs: 2000,
      files: runs.reduce((sum, { files }) => sum + files.length, 0),
    });
  });

  it('contains failures that agree with the times and files of their runs', async () => {
    const failed = createDemoRuns().filter(({ run }) => run.isError === true);
    const messages = failed.map(({ run }) => (run.response as { detail: { message: string } }).detail.message);
    const withMessage = (pattern: RegExp) => failed.filter((_, index) => pattern.test(messages[index]!));
    const [slow, unreadable] = [withMessage(/within 60 seconds/), withMessage(/no text layer/)];
    expect(Math.min(slow.length, unreadable.length)).toBeGreaterThanOrEqual(5);
    for (const { run } of slow) expect(run.llmCallTiming).toBeGreaterThanOrEqual(60);
    for (const { run, files } of unreadable) {
      const named = messages[failed.findIndex((item) => item.run === run)]!;
      expect(files.filter(({ name, direction }) => direction === 'INPUT' && named.includes(`“${name}”`))).not.toEqual(
        [],
      );
    }
  });

  it('names the users, revisions and models of all runs, and has the model of each', async () => {
    const [{ unnamed, models }] = await dataSource.query(`
      SELECT count(*) FILTER (WHERE named.name IS NULL)::int AS unnamed,
        (SELECT array_agg(DISTINCT run_data ->> 'model' ORDER BY run_data ->> 'model') FROM task_run) AS models
      FROM task_run JOIN task ON task.id = task_id JOIN project ON project.id = project_id
      CROSS JOIN LATERAL (VALUES ('user', user_id), ('task_revision', task_revision_id), ('llm_model', fallback_llm_model_id))
        AS used (kind, id)
      LEFT JOIN resource_name AS named ON named.org_id = project.org_id AND named.kind = used.kind AND named.id = used.id
      WHERE used.id IS NOT NULL`);
    expect([unnamed, models]).toEqual([0, ['gpt-4o', 'gpt-4o-mini', 'mistral-small']]);
  });

  it('keeps the scale of credits, microseconds and the kind of every response', async () => {
    const runs = createDemoRuns().map(({ run }) => run);
    const credits = await dataSource.query('SELECT id, charged_credits::text AS credits FROM task_run');
    const written = new Map(runs.map(({ id, chargedCredits }) => [id, chargedCredits]));
    for (const row of credits) expect(row.credits).toBe(written.get(row.id));

    const { richRun } = demoPlaces;
    const rich = runs.find(({ id }) => id === richRun.id)!;
    expect(await textOf(`to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`, richRun.id)).toBe(
      rich.created,
    );
    expect(await textOf('run_data', richRun.id)).toEqual(rich.runData);
    const textResponse = runs.find(({ response }) => typeof response === 'string')!;
    expect(await textOf('response', textResponse.id)).toBe(textResponse.response);
  });
});
