// The last responses as the server wrote them. GraphiQL writes the result of its fetcher with JSON.stringify, after
// digits and the order of names were lost. Instead, the fetcher returns a marker, and the editor shows the text that
// the marker identifies.

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
  /** `text` with line breaks and indentation, as the editor shows it. */
  readonly formattedText: string;
  readonly status: number;
  readonly headers: Headers;
  /** Milliseconds from sending the request to the first byte of the response. */
  readonly firstByteMs: number;
  readonly totalMs: number;
}

const maxStored = 20;
const storedResponses = new Map<string, StoredResponse>();
let count = 0;

/** Stores a response, and returns the result for GraphiQL. */
export function storeResponse(response: Omit<StoredResponse, 'formattedText'>): ExecutionResult {
  count++;
  const marker = `answer ${count} of this page`;
  storedResponses.set(JSON.stringify(marker), { ...response, formattedText: indentJson(response.text) });
  for (const oldest of storedResponses.keys()) if (storedResponses.size > maxStored) storedResponses.delete(oldest);
  return { toJSON: () => marker } as ExecutionResult;
}

/** @param response as GraphiQL has it: a marker, or what the editor shows */
export function storedResponseOf(response: string | null | undefined): StoredResponse | undefined {
  if (!response) return undefined;
  return (
    storedResponses.get(response) ??
    [...storedResponses.values()].find(({ formattedText }) => formattedText === response)
  );
}
