// Sends random reads, and reduces their responses to what does not differ between two equal requests.

import type { ReadRequest } from './random-read.js';

/** Everything that a caller can observe in a response, except its time. */
export interface Visible {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Sending {
  readonly token: string;
  /** The cursor at which streams and pages of changes begin. */
  readonly startCursor: string;
}

/** Sends a read to a gateway. */
export function sendRead(url: string, request: ReadRequest, { token, startCursor }: Sending): Promise<Response> {
  return fetch(url + request.url.replace('START', startCursor), {
    method: request.method,
    headers: { ...request.headers, authorization: `Bearer ${token}` },
    ...(request.body !== undefined && { body: request.body.replace('START', startCursor) }),
  });
}

/** Reads a response to its end, or a stream to its first heartbeat. */
export async function observeResponse(request: ReadRequest, response: Response): Promise<Visible> {
  const text = request.isStream ? await textOfStream(response) : await response.text();
  const isAboutChanges = /changes|taskRunChange/.test(request.url + request.body);
  return {
    status: response.status,
    headers: observedHeaders(response.headers, request.method, isAboutChanges),
    text: inOneOrder(isAboutChanges ? text.replaceAll(endOfChanges, '$1null') : text),
  };
}

/** Headers that may differ between two equal requests. */
const unstableHeaders = ['date', 'x-request-id', 'connection', 'keep-alive', 'x-watermark'];
/** The cursor up to which all changes are settled. */
const endOfChanges = /("(?:endCursor|next_cursor)":)"[^"]+"/g;

function observedHeaders(headers: Headers, method: string, isAboutChanges: boolean): Record<string, string> {
  const isStable = (name: string) => {
    if (name === 'etag') return !isAboutChanges;
    // The text of a body is compared if it was sent.
    if (name === 'content-length') return method === 'HEAD' && !isAboutChanges;
    return !unstableHeaders.includes(name);
  };
  return Object.fromEntries([...headers].filter(([name]) => isStable(name)));
}

interface JsonResponse {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[]; readonly paths?: string[] }[];
}

/**
 * Returns a response with its errors sorted, because their order depends on which field fails first. If errors cause a
 * null further up, that also determines which of them are returned, so only the position of the null is kept.
 */
function inOneOrder(text: string): string {
  // The events of a stream.
  if (/^data: /m.test(text)) return text.replace(/^data: (\{.*\})$/gm, (_, data) => `data: ${inOneOrder(data)}`);
  // The result of a tool, as text and as JSON.
  if (text.startsWith('{"result":')) return JSON.stringify(JSON.parse(text, (_key, value) => resultInOneOrder(value)));
  if (!/^\{"(?:data|errors)"/.test(text)) return text;
  const { errors, ...others } = JSON.parse(text) as JsonResponse;
  if (errors === undefined) return text;
  const kept = errors.map((error) => {
    // A tool lists the paths of an error in the order in which they failed.
    error.paths?.sort();
    const place = placeOfNull(others.data, error.path ?? []);
    return place.length === (error.path?.length ?? 0) ? JSON.stringify(error) : place.join();
  });
  return JSON.stringify({ ...others, errors: [...new Set(kept)].sort() });
}

function resultInOneOrder(value: unknown): unknown {
  if (typeof value === 'string') return inOneOrder(value);
  const isResult = typeof value === 'object' && value !== null && 'errors' in value;
  return isResult ? inOneOrder(JSON.stringify(value)) : value;
}

/** Returns the part of a path up to the first null. */
function placeOfNull(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

/** Reads a stream up to its first heartbeat, before which all changes are sent. */
async function textOfStream(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    const heartbeat = /event: heartbeat|"taskRunChanged":\{[^\n]*"run":null\}/.exec(text);
    // Leaving the loop cancels the request.
    if (heartbeat) return text.slice(0, heartbeat.index);
  }
  return text;
}

/** Returns the cursor of the next page. */
export function cursorIn(text: string): string | undefined {
  return /"(?:endCursor|next_cursor)":"([^"]+)"/.exec(text)?.[1];
}
