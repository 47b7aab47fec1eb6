// The run that a run is compared with, unless the URL names one, and how to call it.

import type { ComparedRun, PartnerData } from '../operations.js';

/** Lists that are searched for a success, in this order. */
const places = ['contextBefore', 'contextAfter', 'taskBefore', 'taskAfter'] as const;

export interface Baseline {
  readonly id: string;
  readonly place: (typeof places)[number];
}

/**
 * Returns the last success of the same task in the context, or else of the task. Without an earlier success, this is
 * the next one.
 */
export function baselineIn(data: PartnerData, runId: string): Baseline | undefined {
  return places
    .flatMap((place) => (data[place]?.nodes ?? []).flatMap((node) => (node === null ? [] : { id: node.id, place })))
    .find(({ id }) => id !== runId);
}

type Related = Pick<ComparedRun, 'id' | 'taskId' | 'contextId' | 'reference' | 'task'>;

/** Returns a sentence such as `Compared with the previous success of Order triage in this conversation.` */
export function comparisonSentence(run: Related, other: Related, proposed: Baseline | undefined): string {
  const task = other.task.name ?? 'this task';
  if (other.taskId !== run.taskId)
    return `Compared with a run of another task, ${other.task.name ?? 'without a name'}.`;
  const isSameContext = other.contextId !== null && other.contextId === run.contextId;
  const where = isSameContext ? ' in this conversation' : '';
  if (proposed?.id === other.id) {
    return `Compared with the ${proposed.place.endsWith('Before') ? 'previous' : 'next'} success of ${task}${where}.`;
  }
  const isSameReference = !isSameContext && other.reference !== null && other.reference === run.reference;
  return `Compared with another run of ${task}${where}${isSameReference ? ' with the same reference' : ''}.`;
}
