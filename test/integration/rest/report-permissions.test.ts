// Reports count exactly the runs that the caller could read individually. Checks the permission table for every report.

import { type Queries } from '../../support/databases.js';
import { arrangePermissionWorld, direct, idOf, subjects, visibilities, world } from '../../support/permission-world.js';
import type { RestError, RestPage, RestRun } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const taskReports = ['token_report', 'usage_report', 'timing_report', 'credit_report'] as const;
const projectReports = ['usage_report', 'timing_report'] as const;
const dates = 'start_date=2024-01-01&end_date=2024-02-01';

/** Each task has a run by the executor, and a run by another user that differs in everything that is counted. */
const others = { owner_only: idOf(60), editors_and_owners: idOf(61), all_viewers: idOf(62) } as const;
const other = { user: idOf(63), revision: idOf(64), group: idOf(65) };

async function arrangeTwoUsers(database: Queries) {
  await arrangePermissionWorld(database);
  await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", [
    other.group,
    world.project,
  ]);
  for (const visibility of visibilities) {
    await database.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id,
         is_error, charged_credits, llm_call_timing, input_processor_timing, reporting_group_id)
       VALUES ($1, $2, $3, '{}', '2024-01-20T09:00:00Z', 10, 200, 3000, $4, true, 5.5, 2.5, 0.5, $5)`,
      [others[visibility], world.taskOf[visibility], other.revision, other.user, other.group],
    );
  }
}

const sum = (values: readonly unknown[]) => values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
const sumOfBuckets = (buckets: object) => sum(Object.values(buckets));
const countOf = (timings: object) => sum(Object.values(timings).map(({ count }) => count));

/** The sums in a report or in one of its revisions. Each report has some of them. */
interface ReportSums {
  readonly task_revision_id: string;
  readonly total_task_runs: object;
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
  readonly total_tokens: number;
  readonly total_counts?: object;
  readonly data: object;
  readonly llm_call_timing: object;
  readonly input_processor_timing: object;
  readonly total_credits: string;
  readonly task_revisions?: readonly ReportSums[];
  readonly reporting_groups?: readonly { readonly id: string | null }[];
}

/** A run's usage under REST's names. */
type UsageRow = Readonly<Record<string, string | number | null>>;

/** Returns the sums in each report under the names used for runs. The sums for a revision already have these names. */
const sumsOf: Readonly<Record<string, (body: ReportSums) => Readonly<Record<string, unknown>>>> = {
  token_report: (body) => ({
    runs: body.total_task_runs,
    input_tokens: body.total_input_tokens,
    output_tokens: body.total_output_tokens,
    total_tokens: body.total_tokens,
  }),
  usage_report: (body) => ({ runs: sumOfBuckets(body.total_counts ?? body.data) }),
  timing_report: (body) => ({
    runs: sumOfBuckets(body.total_task_runs),
    llm_call_timings: countOf(body.llm_call_timing),
    input_processor_timings: countOf(body.input_processor_timing),
  }),
  credit_report: (body) => ({ runs: body.total_task_runs, charged_credits: Number(body.total_credits) }),
};

function sumsOfRuns(runs: readonly UsageRow[]) {
  const of = (name: string) => sum(runs.map((run) => run[name]));
  const measured = (name: string) => runs.filter((run) => run[name] !== null).length;
  return {
    runs: runs.length,
    ...{ input_tokens: of('input_tokens'), output_tokens: of('output_tokens'), total_tokens: of('total_tokens') },
    charged_credits: of('charged_credits'),
    llm_call_timings: measured('llm_call_timing'),
    input_processor_timings: measured('input_processor_timing'),
  };
}

describe('the permission table of reports', () => {
  const gateway = useGateway({ arrange: arrangeTwoUsers });
  const project = (projectId: string = world.project) => `${gateway.url}/api/v1/org/${world.org}/project/${projectId}`;
  const bodyOf = async (as: string, url: string) => {
    const response = await requestRest(gateway, url, { as });
    return { status: response.status, body: (await response.json()) as RestError & RestPage & ReportSums };
  };
  const reasonOf = async (as: string, url: string) => (await bodyOf(as, `${url}?${dates}`)).body.detail.reason;
  /** Returns the usage, under REST's names, of those of the task's two runs that the subject can read individually. */
  const readRuns = async (as: string, visibility: (typeof visibilities)[number]) => {
    const path = `orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf[visibility]}"`;
    const usage = `id task_revision_id: taskRevisionId reporting_group_id: reportingGroupId input_tokens: inputTokens
      output_tokens: outputTokens total_tokens: totalTokens charged_credits: chargedCredits
      llm_call_timing: llmCallTiming input_processor_timing: inputProcessorTiming`;
    const { data } = await gateway.ask(
      `{ one: taskRun(${path}, id: "${world.runOf[visibility]}") { ${usage} }
        other: taskRun(${path}, id: "${others[visibility]}") { ${usage} } }`,
      { as },
    );
    return [data.one, data.other].filter((run) => run !== null);
  };
  const expectReports = async (as: string, url: string, names: readonly string[], runs: readonly UsageRow[]) => {
    for (const name of names) {
      const { status, body } = await bodyOf(
        as,
        `${url}/${name}?${dates}${name === 'credit_report' ? '&show_reporting_group=true' : ''}`,
      );
      expect([name, status]).toEqual([name, 200]);
      expect(sumsOfRuns(runs)).toMatchObject(sumsOf[name]!(body));
      const revisions: readonly ReportSums[] = body.task_revisions ?? [];
      for (const revision of revisions) {
        const revisionRuns = runs.filter((run) => run.task_revision_id === revision.task_revision_id);
        expect(sumsOfRuns(revisionRuns)).toMatchObject(sumsOf[name]!(revision));
        const groupIds = (revision.reporting_groups ?? []).map((group) => group.id);
        expect(revisionRuns.map((run) => run.reporting_group_id)).toEqual(expect.arrayContaining(groupIds));
      }
      const listed = new Set(runs.map((run) => run.task_revision_id));
      expect(revisions.length).toBe(body.task_revisions ? listed.size : 0);
    }
  };

  it.each(subjects)('counts for %s the runs that it can read, of each task and of the project', async (as) => {
    const readable = [];
    for (const visibility of visibilities) {
      const task = `${project()}/task/${world.taskOf[visibility]}`;
      const runs = await readRuns(as, visibility);
      readable.push(...runs);
      const list = await bodyOf(as, `${task}/run?fields=core`);
      if (list.status === 200) {
        expect(list.body.results.map((run: RestRun) => run.id).sort()).toEqual(runs.map((run) => run.id).sort());
        await expectReports(as, task, taskReports, runs);
      } else {
        expect(runs).toEqual([]);
        for (const name of taskReports) expect(await reasonOf(as, `${task}/${name}`)).toBe('PERMISSION_CHECK_FAILED');
      }
    }
    const list = await bodyOf(as, `${project()}/task_run?fields=core`);
    if (list.status === 200) {
      expect(list.body.results).toHaveLength(readable.length);
      await expectReports(as, project(), projectReports, readable);
    } else {
      expect(readable).toEqual([]);
      for (const name of projectReports)
        expect(await reasonOf(as, `${project()}/${name}`)).toBe('PERMISSION_CHECK_FAILED');
    }
  });

  it('hides from the executor, who sees only its own runs in two of the tasks, all others', async () => {
    const runs = await Promise.all(visibilities.map((visibility) => readRuns(world.executor, visibility)));
    expect(runs.map((taskReports) => taskReports.length)).toEqual([1, 1, 2]);
    expect(await reasonOf('stranger', `${project()}/task/${world.taskOf.all_viewers}/token_report`)).toBe(
      'PERMISSION_CHECK_FAILED',
    );
  });

  it('rejects untrue paths as lists do', async () => {
    const owner = direct('owner', 'organization');
    for (const name of taskReports) {
      expect(await reasonOf(owner, `${project()}/task/${world.absent}/${name}`)).toBe('TASK_RUN_NOT_FOUND');
      expect(await reasonOf(owner, `${project()}/task/${world.siblingTask}/${name}`)).toBe('TASK_RUN_NOT_FOUND');
      expect(await reasonOf('stranger', `${project()}/task/${world.absent}/${name}`)).toBe('PERMISSION_CHECK_FAILED');
      expect(await reasonOf(owner, `${project()}/task/nonsense/${name}`)).toBe('MALFORMED_RESOURCE_IDENTIFIER');
    }
    for (const name of projectReports) {
      expect(await reasonOf(owner, `${project(world.otherProject)}/${name}`)).toBe('TASK_RUN_NOT_FOUND');
      expect(await reasonOf('stranger', `${project()}/${name}`)).toBe('PERMISSION_CHECK_FAILED');
    }
    const foreign = await requestRest(gateway, `${project()}/usage_report?${dates}&task_id=${world.siblingTask}`, {
      as: owner,
    });
    expect(foreign.status).toBe(404);
    const malformed = await requestRest(gateway, `${project()}/usage_report?task_id=nonsense`, { as: owner });
    expect([malformed.status, await malformed.json()]).toMatchObject([400, { detail: { argument: 'task_id' } }]);
    expect((await requestRest(gateway, `${project()}/usage_report`)).status).toBe(401);
  });
});
