// The short way for operations that come again: what Apollo Server has parsed and validated once, and what is compiled,
// is answered without it, refusals of single fields among the answers. Requests of any other form, and answers without
// data, take the way through Apollo Server.

import { GraphQLError, getOperationAST } from 'graphql';
import { isJsonObject } from '../json/is-json-object.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { ExecuteCompiled } from './compiled-execution.js';
import type { GatewayContext } from './context.js';
import { noteOperationName } from './error-log.plugin.js';
import type { KnownDocuments } from './known-documents.js';
import { chooseAnswerMediaType } from './media-type.js';
import { stringifyAnswer } from './stringify-answer.js';
import { traceHeader } from './trace-header.js';

/** What was posted by a caller whose token was accepted. */
export interface PostedRequest {
  readonly headers: { readonly accept?: string | undefined; readonly [traceHeader]?: string | string[] | undefined };
  /** Parsed, and not looked at. */
  readonly body: unknown;
}

export interface KnownAnswer {
  readonly mediaType: string;
  readonly text: string;
}

/** The answer, which has the status 200; null where Apollo Server has to make it. */
export type AnswerKnown = (request: PostedRequest, createContext: () => GatewayContext) => Promise<KnownAnswer | null>;

interface KnownOperationParts {
  readonly known: KnownDocuments;
  readonly execute: ExecuteCompiled;
  readonly metrics: Metrics;
}

export function createKnownOperations({ known, execute, metrics }: KnownOperationParts): AnswerKnown {
  return async ({ headers, body }, createContext) => {
    if (!isPlainRequest(body) || headers[traceHeader] !== undefined) return null;
    const document = known.find(body.query);
    if (document === undefined) return null;
    const operation = getOperationAST(document, body.operationName);
    const mediaType = chooseAnswerMediaType(headers.accept);
    if (!operation || mediaType === null) return null;
    const context = createContext();
    noteOperationName(operation.name?.value, context);
    const answer = await execute({ document, operation, variables: body.variables ?? undefined }, context);
    const text = answer && textOf(answer);
    if (text === null) return null;
    metrics.operations.inc({ execution: 'known' });
    return { mediaType, text };
  };
}

interface PlainRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/** Whether a body is of the form that leaves nothing to refuse, nor anything to look up. */
function isPlainRequest(body: unknown): body is PlainRequest {
  if (!isJsonObject(body) || typeof body.query !== 'string') return false;
  const { operationName, variables, extensions } = body;
  return (
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || isJsonObject(variables)) &&
    (extensions == null || (isJsonObject(extensions) && !('persistedQuery' in extensions)))
  );
}

/** null: Apollo Server shall say that it is too large. */
function textOf(answer: object): string | null {
  try {
    return stringifyAnswer(answer);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
