// The last answers as the server wrote them. GraphiQL writes what its fetcher returns with JSON.stringify, which has lost
// digits and the order of names by then: it gets a marker instead, and the editor shows the text that the marker names.

import type { ExecutionResult } from 'graphql';
import { indentJson } from '../../shared/json/indent-json.js';

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string | null;
}

export interface StoredResponse {
  readonly operation: Operation;
  readonly text: string;
  /** `text` on lines: what the editor shows. */
  readonly formattedText: string;
  readonly status: number;
  readonly headers: Headers;
  /** From sending the request to the first byte of the response, and to its last. */
  readonly firstByteMs: number;
  readonly totalMs: number;
}

const maxStored = 20;
const storedResponses = new Map<string, StoredResponse>();
let count = 0;

/** Stores a response and returns the result that GraphiQL gets for it. */
export function storeResponse(response: Omit<StoredResponse, 'formattedText'>): ExecutionResult {
  count++;
  const marker = `answer ${count} of this page`;
  storedResponses.set(JSON.stringify(marker), { ...response, formattedText: indentJson(response.text) });
  for (const oldest of storedResponses.keys()) if (storedResponses.size > maxStored) storedResponses.delete(oldest);
  return { toJSON: () => marker } as ExecutionResult;
}

/** @param response as GraphiQL knows it: a marker, or what the editor shows */
export function storedResponseOf(response: string | null | undefined): StoredResponse | undefined {
  if (!response) return undefined;
  return (
    storedResponses.get(response) ??
    [...storedResponses.values()].find(({ formattedText }) => formattedText === response)
  );
}
