// The spans of operations and events, for sampled requests.

import type { RequestBudget } from '../../admission/request-budget.js';
import type { MaybePromise } from '../../maybe-promise.js';
import { RequestTrace, type Span, spanAttributes, spanNames } from '../../telemetry/spans.js';
import type { GatewayContext } from '../context.js';
import type { PlannedOperation } from '../execution/planned-operation.js';
import type { OperationResponse } from './response.js';

/** Opens the span of an operation, which becomes the parent of its reads, and ends it with the response. */
export function traceOperation<Responded extends OperationResponse | object>(
  { budget, request }: GatewayContext,
  respond: () => MaybePromise<Responded>,
): MaybePromise<Responded> {
  // The request may contain several operations.
  const trace = budget.trace === undefined ? undefined : request.openTrace();
  return trace?.parent === undefined ? respond() : inSpan(budget, trace, spanNames.operation, respond, errorOf);
}

/** Opens the span of the response to a subscription event. */
export async function traceEvent<Response>(
  budget: RequestBudget,
  subscription: RequestTrace,
  respond: () => Promise<Response>,
): Promise<Response> {
  return inSpan(budget, subscription, spanNames.event, respond);
}

async function inSpan<Result>(
  budget: RequestBudget,
  { parent, isTimed, timing }: RequestTrace,
  name: string,
  run: () => MaybePromise<Result>,
  errorIn: (result: Result) => unknown = () => undefined,
): Promise<Result> {
  const span = parent!.open(name);
  // Part of a request has a separate trace, so that concurrent parts have their own parents.
  budget.trace = new RequestTrace(span, isTimed, timing);
  try {
    const result = await run();
    span?.end({ error: errorIn(result) });
    return result;
  } catch (error) {
    span?.end({ error });
    throw error;
  }
}

/** Names the span after the operation, omitting a name that a client may have invented. */
export function nameOperation(span: Span, { node }: PlannedOperation, isPinned: boolean): void {
  const { operation, name } = node;
  const known = isPinned ? name?.value : undefined;
  span.rename(known === undefined ? operation : `${operation} ${known}`, {
    [spanAttributes.operationType]: operation,
    ...(known !== undefined && { [spanAttributes.operationName]: known }),
  });
}

function errorOf(response: object): unknown {
  if (!('result' in response)) return undefined;
  const [error] = (response as OperationResponse).result.errors ?? [];
  return error && (error.extensions?.reason ?? error.extensions?.code ?? 'GRAPHQL_ERROR');
}
