// Reads the parameters of a GraphQL request from its body, its URL's query string, and its path.

import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { isJsonObject } from '../../json/is-json-object.js';

/**
 * Returns whether a GET requests events. Apollo Server executes only queries from a GET, so such a request is passed to
 * it as a POST.
 */
export function isStreamedGet({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  return method === 'GET' && headers.accept?.includes('text/event-stream') === true;
}

/** Returns the parameters without validating them. @throws GatewayError MALFORMED_REQUEST */
export function parametersOf(request: FastifyRequest): unknown {
  const inPath = request.params as Readonly<Record<string, string>>;
  if (request.method === 'POST') {
    const { body } = request;
    if (inPath.documentId === undefined || (body != null && !isJsonObject(body))) return body;
    return { ...body, ...inPath };
  }
  const search = new URLSearchParams(searchOf(request.url));
  const parameters = Object.fromEntries([...search.keys()].map((name) => [name, onlyValue(search, name)]));
  const { variables, extensions, ...texts } = { ...parameters, ...inPath };
  // For any other GET, Apollo Server rejects invalid JSON.
  const parse = isStreamedGet(request) ? parseJson : tryToParseJson;
  return { ...texts, variables: parse(variables), extensions: parse(extensions) };
}

export function searchOf(url: string): string {
  return url.includes('?') ? url.slice(url.indexOf('?')) : '';
}

/** Returns a URL's query string with these parameters. */
export function toSearch(parameters: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value != null) search.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return `?${search}`;
}

function onlyValue(search: URLSearchParams, name: string): string {
  const [value, ...others] = search.getAll(name);
  if (others.length > 0) throw new GatewayError('MALFORMED_REQUEST');
  return value!;
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('MALFORMED_REQUEST', {}, { cause });
  }
}

function tryToParseJson(text: string | undefined): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
