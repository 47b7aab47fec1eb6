// Links to the parts of runs that a tool has shown only in part.

import type { ResourceLink } from '@modelcontextprotocol/server';
import { type RunPart, runUri } from './run-uri.js';
import { isCut } from './value-presenter.js';

export type RunLink = ResourceLink;

/**
 * Up to this number of runs, as in tools for one or two runs, their parts are linked even if the budget did not shorten
 * anything.
 */
const maxUnwrapped = 2;

/** @param isReduced whether the budget shortened the result */
export function linksOf(data: unknown, isReduced: boolean): RunLink[] {
  const runs = [...runsIn(data)];
  if (!isReduced && runs.length > maxUnwrapped) return [];
  return runs.flatMap(({ id, responsePreview, submittedPreview, files }) => [
    ...(isCutText(responsePreview) ? [toLink(id, 'response')] : []),
    ...(isCutText(submittedPreview) ? [toLink(id, 'run-data')] : []),
    ...(Array.isArray(files) && files.length > 0 ? [toLink(id, 'files')] : []),
  ]);
}

function isCutText(value: unknown): boolean {
  return typeof value === 'string' && isCut(value);
}

function toLink(id: string, part: RunPart): RunLink {
  return { type: 'resource_link', uri: runUri(id, part), name: `${part} of ${id}`, mimeType: 'application/json' };
}

interface ShownRun {
  readonly id: string;
  readonly responsePreview: unknown;
  readonly submittedPreview?: unknown;
  readonly files?: unknown;
}

function* runsIn(value: unknown): Generator<ShownRun> {
  if (Array.isArray(value)) {
    for (const item of value) yield* runsIn(item);
  } else if (typeof value === 'object' && value !== null) {
    if ('id' in value && typeof value.id === 'string' && 'responsePreview' in value) yield value as ShownRun;
    else for (const member of Object.values(value)) yield* runsIn(member);
  }
}
