// The reports in docs/statistics.md, each sent unchanged for a task and for a whole project.

import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { useGateway } from '../support/start-gateway.js';
import { codesIn, documentAt, tableRows } from './documents.js';

const page = 'docs/statistics.md';
const [call] = documentAt(page).codes.filter((code) => /^taskRunStats\(orgId: [^`]+\)$/.test(code));
const reports = tableRows(page, 'Statistics', 'report').map(
  ([name, selection]) => [name!, codesIn(selection!)[0]!] as const,
);

describe('the documented reports', () => {
  const gateway = useGateway();

  it('describe six reports', () => {
    expect(reports).toHaveLength(6);
  });

  it.each(reports)('%s: the parts add up to the whole', async (_name, selection) => {
    const { orgId, projectId, taskId } = demoPlaces.richRun;
    for (const variables of [
      { orgId, projectId },
      { orgId, projectId, taskId },
    ]) {
      const before = (await gateway.statements()).task_run_statistics ?? 0;
      const { taskRunStats } = await gateway.dataOf(
        `query ($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter) { ${call} ${selection} }`,
        { as: demoSubjects.viewer, variables: { ...variables, filter: { createdAfter: '2026-10-01T00:00:00Z' } } },
      );
      expect((await gateway.statements()).task_run_statistics).toBe(before + 1);
      const { revisions, ...whole } = taskRunStats;
      expect(revisions.length).toBeGreaterThan(1);
      expect(totalsOf(revisions)).toEqual(totalsOf([whole]));
    }
  });
});

describe('the documented kinds of failures', () => {
  const gateway = useGateway();

  it('follow from their messages', async () => {
    const rows = tableRows(page, 'Find out what fails', 'message').map(([message, kind]) => [
      codesIn(message!)[0]!,
      codesIn(kind!)[0]!,
    ]);
    expect(rows.length).toBeGreaterThan(4);
    for (const [message, kind] of rows) {
      expect(await gateway.query('SELECT failure_kind_v2($1) AS kind', [message])).toEqual([{ kind }]);
    }
  });
});

/** The sums of all figures that can be summed up, at any depth. */
function totalsOf(statistics: readonly object[]): Record<string, number> {
  const totals: Record<string, number> = {};
  const add = (value: unknown, name: string): void => {
    if (Array.isArray(value)) for (const each of value) add(each, name);
    else if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value)) add(each, key);
    else if (/^(runs|errors|count|\w+Tokens|chargedCredits)$/.test(name)) {
      totals[name] = Number(((totals[name] ?? 0) + Number(value)).toFixed(6));
    }
  };
  add(statistics, '');
  expect(Object.values(totals).length).toBeGreaterThan(0);
  return totals;
}
