// Passes requests whose document is cached directly to the responder, because Apollo Server has nothing left to do. All
// others go through Apollo Server to the same responder.

import { OperationTypeNode } from 'graphql';
import { isJsonObject } from '../../json/is-json-object.js';
import type { GatewayContext } from '../context.js';
import { recordOperationName } from '../errors/record-error.js';
import { toRejection } from './http-status.js';
import { chooseResponseMediaType } from './media-type.js';
import type { OperationResponder, OperationResponse } from './operation-responder.js';
import { isTraced, traceHeader } from './trace-header.js';

/** A POST request of a caller whose token was accepted. */
export interface PostedRequest {
  readonly headers: { readonly accept?: string | undefined; readonly [traceHeader]?: string | string[] | undefined };
  /** Creates the context of the operation at the first call. */
  createContext(subscriber: null): GatewayContext;
  /** Sets the head of the response. */
  setHead(status: number, mediaType: string): void;
}

/**
 * Returns the body of the response, once its head is set; null for a request that has to go through Apollo Server.
 * @param body any parsed JSON
 */
export type RespondFast = (body: unknown, request: PostedRequest) => Promise<string> | string | null;

export function createFastPath({ documents, findOperation, respond }: OperationResponder): RespondFast {
  return (body, request) => {
    const { headers } = request;
    if (!isPlainRequest(body) || isTraced(headers[traceHeader])) return null;
    const document = documents.find(body.query);
    if (document === undefined) return null;
    const operation = findOperation(document, body.operationName);
    const mediaType = chooseResponseMediaType(headers.accept);
    if (!operation || operation.node.operation === OperationTypeNode.SUBSCRIPTION || mediaType === null) return null;
    const { variables } = body;
    const context = request.createContext(null);
    recordOperationName(operation.node.name?.value, context);
    const finish = ({ result, text }: OperationResponse) => {
      const rejection = toRejection(result, headers.accept);
      request.setHead(rejection?.status ?? 200, rejection?.mediaType ?? mediaType);
      return text;
    };
    const response = respond({ operation, variables, context });
    return response instanceof Promise ? response.then(finish) : finish(response);
  };
}

interface PlainRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/** Whether the body is a plain request, with nothing to reject or look up. */
function isPlainRequest(body: unknown): body is PlainRequest {
  if (!isJsonObject(body) || typeof body.query !== 'string') return false;
  const { operationName, variables, extensions } = body;
  return (
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || isJsonObject(variables)) &&
    (extensions == null || (isJsonObject(extensions) && !('persistedQuery' in extensions)))
  );
}
