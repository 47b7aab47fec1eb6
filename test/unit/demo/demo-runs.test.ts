import { demoTasks } from '../../../src/demo/data/demo-catalogue.js';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createDemoRuns } from '../../../src/demo/data/fill-demo-data.js';
import type { DemoRun } from '../../../src/demo/data/rows.js';

const demoRuns = createDemoRuns();
const runs = demoRuns.map(({ run }) => run);
const values = (column: keyof DemoRun['run']) => new Set(runs.map((run) => run[column]));

describe("the demo's runs", () => {
  it('number 2,000, the same on every machine', () => {
    expect(runs).toHaveLength(2000);
    expect(createDemoRuns()).toEqual(demoRuns);
    expect(runs[0]!.id).toBe('01a05f8c-58a8-7941-9d56-9e54645426fb');
    expect(runs[1000]!.id).toBe('01a0fa45-e620-7121-95e7-e089d76f341f');
    expect(demoPlaces.richRun).toEqual({
      orgId: '01a01e2f-2000-775f-b7b0-4d2660bb1d31',
      projectId: '01a01e2f-2000-79aa-994d-0be6f1df07fd',
      taskId: '01a01e2f-2000-71a3-9c64-0eae882a5626',
      id: '01a18c2f-4bb7-7203-a7f6-c8637a967ecb',
    });
  });

  it('lie in the 60 days before a later start, but for those that the documents show', () => {
    const startMs = Date.parse('2026-11-28T12:00:00Z');
    const later = createDemoRuns(startMs).map(({ run }) => run);
    expect(createDemoRuns(startMs).map(({ run }) => run)).toEqual(later);
    const documented = demoTasks.filter(({ row }) => row.projectId === demoPlaces.richRun.projectId);
    const isDocumented = ({ taskId }: { taskId: string }) => documented.some(({ row }) => row.id === taskId);
    const end = '2026-11-01';
    expect(later.filter((run) => isDocumented(run) && run.created < end)).toEqual(runs.filter(isDocumented));
    const examples = Object.values(demoPlaces).map(({ id }) => id);
    const others = later.filter((run) => !examples.includes(run.id) && !(isDocumented(run) && run.created < end));
    for (const { created, id } of others) {
      expect(Date.parse(created)).toBeGreaterThanOrEqual(startMs - 60 * 86_400_000);
      expect(Date.parse(created)).toBeLessThan(startMs);
      expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.parse(created));
    }
    const lastWeek = others.filter(({ created }) => Date.parse(created) > startMs - 7 * 86_400_000);
    expect(lastWeek.filter(({ taskId }) => taskId === demoPlaces.richRun.taskId).length).toBeGreaterThan(3);
    expect(lastWeek.length).toBeGreaterThan(200);
    expect(new Set(later.map(({ id }) => id)).size).toBe(later.length);
  });

  it('include recent ones of the project of the documents at a start a year later', () => {
    const later = createDemoRuns(Date.parse('2027-11-28T12:00:00Z'));
    const projectIdOf = ({ run }: DemoRun) => demoTasks.find(({ row }) => row.id === run.taskId)!.row.projectId;
    const since = later.filter(
      (run) => projectIdOf(run) === demoPlaces.richRun.projectId && run.run.created > '2026-11-01',
    );
    expect(since.length).toBeGreaterThan(300);
    expect(since.every(({ run }) => run.created > '2027-09-29')).toBe(true);
  });

  it('carry UUIDs of version 7, which begin with the time of creation', () => {
    for (const { id, created } of runs) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.parse(created));
    }
    expect(values('id').size).toBe(2000);
  });

  it('date from the 60 days before November 2026, to the microsecond', () => {
    const times = runs.map(({ created }) => created).sort();
    expect(times[0]!.slice(0, 10)).toBe('2026-09-02');
    expect(times.at(-1)!.slice(0, 10)).toBe('2026-10-31');
    expect(times.every((time) => /T\d\d:\d\d:\d\d\.\d{6}Z$/.test(time))).toBe(true);
    expect(times.filter((time) => time.endsWith('000Z')).length).toBeLessThan(20);
  });

  it('return strings, maps with text beyond ASCII, or nothing', () => {
    const responses = runs.map(({ response }) => response);
    expect(responses.filter((response) => typeof response === 'string').length).toBeGreaterThan(100);
    expect(responses.filter((response) => response === null).length).toBeGreaterThan(20);
    expect(responses.filter((response) => /[^\x20-\x7e]/.test(JSON.stringify(response))).length).toBeGreaterThan(500);
  });

  it('explain a failure at detail.message, exactly when they failed', () => {
    for (const { isError, response } of runs) {
      const message = (response as { detail?: { message?: unknown } } | null)?.detail?.message;
      expect(typeof message).toBe(isError ? 'string' : 'undefined');
    }
    expect(runs.filter(({ isError }) => isError).length).toBeGreaterThan(80);
  });

  it.each([
    'response',
    'inputProcessorTiming',
    'llmCallTiming',
    'chargedCredits',
    'isError',
    'llmRetries',
    'usedFallbackModel',
    'primaryFailureReason',
    'fallbackLlmModelId',
    'userId',
    'reportingGroupId',
    'reference',
    'contextId',
  ] as const)('vary in %s, with null in some', (column) => {
    expect(values(column)).toContain(null);
    expect(values(column).size).toBeGreaterThan(1);
  });

  it('cost credits of several scales', () => {
    for (const credits of ['1.00', '0.5', '12', '0.000125']) expect(values('chargedCredits')).toContain(credits);
  });

  it('include retries, and name a reason exactly when they fell back', () => {
    expect(Math.max(...runs.map(({ llmRetries }) => llmRetries ?? 0))).toBeGreaterThan(2);
    for (const { usedFallbackModel, primaryFailureReason, fallbackLlmModelId } of runs) {
      expect(primaryFailureReason !== null).toBe(usedFallbackModel === true);
      expect(fallbackLlmModelId !== null).toBe(usedFallbackModel === true);
    }
    for (const reason of ['rate_limited', 'timeout']) expect(values('primaryFailureReason')).toContain(reason);
  });

  it('carry no file, one or seven', () => {
    const numbers = new Set(demoRuns.map(({ files }) => files.length));
    for (const number of [0, 1, 7]) expect(numbers).toContain(number);
  });

  it('carry references and context ids of up to 64 characters', () => {
    for (const column of ['reference', 'contextId'] as const) {
      expect(Math.max(...runs.map((run) => run[column]?.length ?? 0))).toBe(64);
    }
  });

  it('belong to reporting groups of the project of the run', () => {
    for (const { taskId, reportingGroupId } of runs) {
      const { groupIds } = demoTasks.find(({ row }) => row.id === taskId)!;
      if (reportingGroupId !== null) expect(groupIds).toContain(reportingGroupId);
    }
  });

  it('name only people who may execute them, never the viewer or the stranger', () => {
    const { owner, editor, executor } = demoSubjects;
    expect(values('userId')).toEqual(new Set([owner, editor, executor, null]));
  });
});
