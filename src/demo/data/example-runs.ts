import type { Json } from '../../database/entities/task-run.entity.js';
import { fileSet } from './attach-files.js';
import { createDemoRun, failure, fallbackModelIds, modelOf, timedOut } from './create-demo-run.js';
import type { DemoTask } from './demo-catalogue.js';
import { type DemoPath, demoPlaces, demoSubjects, ownerOnlyTask, sharedTask, triageTask } from './demo-places.js';
import { createdMsOf } from './ids.js';
import { createRandom, seededSource } from './random.js';
import type { DemoRun } from './rows.js';

/** The runs of `demoPlaces`. */
export function createExampleRuns(): DemoRun[] {
  const { richRun, failedRun, executorRun, sharedRun } = demoPlaces;
  return [
    exampleRun(triageTask, richRun, richValues, refundRequest),
    exampleRun(triageTask, failedRun, failedValues, furtherRequest),
    exampleRun(ownerOnlyTask, executorRun, { userId: demoSubjects.executor }),
    exampleRun(sharedTask, sharedRun, {}),
  ];
}

/** Creates a run with some of its values set. */
function exampleRun(task: DemoTask, { id }: DemoPath, values: Partial<DemoRun['run']>, submitted?: Json): DemoRun {
  const { run, files } = createDemoRun(task, createdMsOf(id), createRandom(seededSource(1)), id, fileSet);
  const valued = { ...run, ...values };
  const runData = {
    ...(run.runData as object),
    ...(submitted !== undefined && { submitted }),
    model: modelOf(task, valued),
  };
  return { run: { ...valued, runData }, files };
}

const refundRequest: Json = {
  ticket: {
    id: 104220,
    subject: 'Charged twice',
    body: 'I was charged twice for order 104220 – please refund one of the payments. The receipt is attached.',
    channel: 'mail',
  },
  history: [],
};

const furtherRequest: Json = {
  ticket: {
    id: 104220,
    subject: 'Re: Charged twice',
    body: 'Thank you. The payment came back, but only half of it: 24.90 of 49.80 EUR. Where is the rest?',
    channel: 'mail',
  },
  history: [{ from: 'support', text: 'We have sent one of your payments back.' }],
};

const richValues: Partial<DemoRun['run']> = {
  response: {
    category: 'billing',
    priority: 'high',
    route: { team: 'Rückerstattungen', confidence: 0.97, alternatives: [{ team: 'Logistics', confidence: 0.02 }] },
    summary: 'Charged twice for one order; asks for one payment back. 🧾',
    needs_human: false,
  },
  inputTokens: 1234,
  outputTokens: 567,
  totalTokens: 1801,
  inputProcessorTiming: 0.00015282,
  llmCallTiming: 1.346,
  chargedCredits: '1.00',
  isError: false,
  llmRetries: 2,
  usedFallbackModel: true,
  primaryFailureReason: 'rate_limited',
  fallbackLlmModelId: fallbackModelIds[0]!,
  userId: demoSubjects.editor,
  reportingGroupId: triageTask.groupIds[0]!,
  reference: 'order-104220',
  contextId: 'conversation-7f3a',
};

const failedValues: Partial<DemoRun['run']> = {
  response: failure(timedOut),
  outputTokens: 0,
  isError: true,
  llmRetries: 3,
  usedFallbackModel: true,
  primaryFailureReason: 'timeout',
  fallbackLlmModelId: fallbackModelIds[1]!,
  llmCallTiming: 60.002,
  chargedCredits: null,
  contextId: richValues.contextId!,
};
