// The last answers as the server wrote them. GraphiQL writes what its fetcher returns with JSON.stringify, which has lost
// digits and the order of names by then: it gets a marker in place of an answer, and the editor shows the text behind it.

import type { ExecutionResult } from 'graphql';
import { indentJson } from '../../shared/json/indent-json.js';

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string | null;
}

export interface KeptAnswer {
  readonly operation: Operation;
  readonly text: string;
  /** `text` on lines: what the editor shows. */
  readonly shown: string;
  readonly status: number;
  readonly headers: Headers;
  /** From sending the request to the first byte of the response, and to its last. */
  readonly firstByteMs: number;
  readonly totalMs: number;
}

const maxKept = 20;
const kept = new Map<string, KeptAnswer>();
let count = 0;

/** What GraphiQL takes for a result. */
export function keepAnswer(answer: Omit<KeptAnswer, 'shown'>): ExecutionResult {
  count++;
  const marker = `answer ${count} of this page`;
  kept.set(JSON.stringify(marker), { ...answer, shown: indentJson(answer.text) });
  for (const oldest of kept.keys()) if (kept.size > maxKept) kept.delete(oldest);
  return { toJSON: () => marker } as ExecutionResult;
}

/** @param response as GraphiQL knows it: a marker, or what the editor shows */
export function answerOf(response: string | null | undefined): KeptAnswer | undefined {
  if (!response) return undefined;
  return kept.get(response) ?? [...kept.values()].find(({ shown }) => shown === response);
}
