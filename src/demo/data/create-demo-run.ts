// Creates a realistic run. The same task, time and random source result in the same run.

import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../database/entities/task-run.entity.js';
import { chooseFiles, toFileRows } from './attach-files.js';
import { type DemoTask, demoModels } from './demo-catalogue.js';
import { demoSubjects, ownerOnlyTask } from './demo-places.js';
import { createRunId } from './ids.js';
import type { Random } from './random.js';
import type { DemoRun } from './rows.js';

export function createDemoRun(
  task: DemoTask,
  createdMs: number,
  random: Random,
  id = createRunId(createdMs, random),
  sampleFiles = chooseFiles(task.kind, random),
): DemoRun {
  const created = toMicroseconds(createdMs, random.integer(0, 999));
  const { submitted, response } = task.kind.exchange(random);
  const files = toFileRows(id, created, sampleFiles, random);
  const inputTokens = random.integer(80, 4200);
  const outputTokens = random.integer(4, 900);
  const run = {
    id,
    taskId: task.row.id,
    taskRevisionId: random.pick(task.revisionIds),
    runData: { submitted, files: files.map(({ name, contentType }) => ({ name, content_type: contentType })) },
    created,
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    inputProcessorTiming: random.chance(20) ? null : random.integer(2000, 90_000) / 100_000_000,
    llmCallTiming: random.chance(5) ? null : random.integer(180, 9800) / 1000,
    chargedCredits: random.pick([
      '1.00',
      '0.5',
      '12',
      '0.000125',
      `${random.integer(0, 9)}.${random.integer(10, 99)}`,
      null,
    ]),
    ...outcome(response, random),
    ...fallback(random),
    llmRetries: random.pick([0, 0, 0, 0, 0, random.integer(1, 4), null]),
    userId: random.pick([demoSubjects.owner, executorOf(task), null]),
    reportingGroupId: random.chance(40) ? null : random.pick(task.groupIds),
    reference: random.pick([
      null,
      null,
      `order-${random.integer(10_000, 99_999)}`,
      'Rückfrage – Müller',
      random.hex(64),
    ]),
    contextId: random.pick([null, null, random.hex(32), random.hex(64)]),
  };
  const failed = { ...run, ...plausibleFailure(run, files) };
  return { run: { ...failed, runData: { ...run.runData, model: modelOf(task, failed) } }, files };
}

/** Returns the name of the model that executed a run: the fallback model, or that of the task revision. */
export function modelOf(
  { revisionIds }: DemoTask,
  { taskRevisionId, fallbackLlmModelId }: Pick<DemoRun['run'], 'taskRevisionId' | 'fallbackLlmModelId'>,
): string {
  const revisionModels = ['mistral-small', ...demoModels.map(({ name }) => name)];
  const fallbackModel = demoModels.find(({ id }) => id === fallbackLlmModelId);
  return fallbackModel?.name ?? revisionModels[revisionIds.indexOf(taskRevisionId)]!;
}

function executorOf(task: DemoTask): string {
  return task === ownerOnlyTask ? demoSubjects.executor : demoSubjects.editor;
}

/** Most runs succeed; some fail, and some have no response. */
function outcome(response: Json, random: Random) {
  const roll = random.integer(0, 99);
  if (roll < 8) return { response: failure(random.pick(failures)), isError: true };
  if (roll < 12) return { response: null, isError: null };
  return { response, isError: false };
}

/** Returns the consequences of a failure: how long the call took, and which file the message names. */
function plausibleFailure(
  { response, inputTokens }: Pick<DemoRun['run'], 'response' | 'inputTokens'>,
  files: DemoRun['files'],
): Partial<Pick<DemoRun['run'], 'response' | 'llmCallTiming'>> {
  switch (failures.find((message) => isDeepStrictEqual(response, failure(message)))) {
    case timedOut:
      return { llmCallTiming: 60 + (inputTokens % 1000) / 1000 };
    case unreadableFile: {
      const file = files.find(({ direction }) => direction === 'INPUT');
      return { response: failure(file ? `The file “${file.name}” has no text layer.` : declined) };
    }
    default:
      return {};
  }
}

/** Returns the `response` of a failed run. */
export function failure(message: string): Json {
  return { detail: { message } };
}

function fallback(random: Random) {
  const roll = random.integer(0, 99);
  if (roll < 10) {
    return {
      usedFallbackModel: true,
      primaryFailureReason: random.pick(['rate_limited', 'timeout', 'server_error', 'context_length_exceeded']),
      fallbackLlmModelId: random.pick(fallbackModelIds),
    };
  }
  return { usedFallbackModel: roll < 15 ? null : false, primaryFailureReason: null, fallbackLlmModelId: null };
}

export const timedOut = 'The model did not answer within 60 seconds.';
const declined = 'The provider declined the request under its content policy.';
/** A placeholder message to which the file's name is added once the run's files are known. */
const unreadableFile = 'The file has no text layer.';
const failures = [
  timedOut,
  'The answer is not valid JSON: unexpected end of input at line 14.',
  declined,
  unreadableFile,
];
export const fallbackModelIds = demoModels.map(({ id }) => id);

function toMicroseconds(milliseconds: number, microseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${microseconds.toString().padStart(3, '0')}Z`;
}

/** The period over which runs are spread, in milliseconds: 60 days. */
export const spanMs = 60 * 86_400_000;

/**
 * Returns the creation time of the run at `index`, in milliseconds since the epoch. The `total` runs are spread evenly
 * over the time before `endMs`, in order, so that ids, which begin with the time, fill the indexes from left to right.
 * `permille` moves the time within the run's share.
 */
export function createdMsAt(index: number, total: number, endMs: number, permille: number, overMs = spanMs): number {
  return endMs - overMs + Math.floor((overMs / total) * (index + permille / 1000));
}
