// From a valid document to the response, in the same way for every request, whether its document was cached or not.

import {
  createSourceEventStream,
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  locatedError,
} from 'graphql';
import type { Config } from '../../config.js';
import { createCostEstimator, type ScopeSizes } from '../../cost/estimate.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { limits } from '../../limits.js';
import type { OpenStreams } from '../../streams/open-streams.js';
import type { FollowedChange } from '../../task-runs/changes/follow-changes.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { explainCost, withCost } from '../cost-report.js';
import { deriveContext } from '../create-context.js';
import type { PresentError } from '../errors/error-presenter.js';
import { recordError } from '../errors/record-error.js';
import { createDocumentCache, type DocumentCache } from '../execution/document-cache.js';
import { createExecutor, type ExecutionArguments, type ExecutionResponse } from '../execution/executor.js';
import { nameStatements } from '../statement-names.js';
import { EventStream } from './event-stream.js';
import type { HideSuggestions, RefuseIntrospection } from './introspection.js';
import { stringifyResult } from './stringify-result.js';

export interface OperationRequest extends Pick<ExecutionArguments, 'document' | 'operationName' | 'variables'> {
  readonly context: GatewayContext;
}

export interface OperationResponse {
  readonly result: FormattedExecutionResult;
  readonly text: string;
}

type Executed = Pick<ExecutionResponse, 'result'> & Partial<Pick<ExecutionResponse, 'workedMs'>>;

export interface OperationResponder {
  /** Valid documents; add those that are not there. */
  readonly documents: DocumentCache;
  /** Plans the operations of a valid document, as far as that depends on no request. */
  prepare(document: DocumentNode): void;
  /** Keeps these documents, and no others that were kept before. */
  keep(documents: readonly DocumentNode[]): void;
  /** Counts an operation that is executed; `respond` and `subscribe` do. */
  count(request: Pick<OperationRequest, 'document' | 'operationName'>): void;
  /** What `respond` and `subscribe` return in place of executing the document, for who executes it otherwise. */
  readonly refuse: RefuseIntrospection;
  respond(request: OperationRequest): OperationResponse | Promise<OperationResponse>;
  /** The response to an operation that must not be executed; null for any other. The other methods look for themselves. */
  reject(request: OperationRequest): OperationResponse | null | Promise<OperationResponse | null>;
  /** Of a subscription: its stream, or the response that rejects it. */
  subscribe(request: OperationRequest): Promise<EventStream | OperationResponse>;
}

interface OperationResponderOptions {
  readonly schema: GraphQLSchema;
  readonly refuseIntrospection: RefuseIntrospection;
  readonly hideSuggestions: HideSuggestions;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly presentError: PresentError;
  readonly costs: Pick<Config, 'costMode'> & { readonly sizes: ScopeSizes };
}

export function createOperationResponder({
  schema,
  refuseIntrospection,
  hideSuggestions,
  metrics,
  streams,
  presentError,
  costs: { costMode, sizes },
}: OperationResponderOptions): OperationResponder {
  const format = (error: GraphQLError, context: GatewayContext) => {
    recordError(error, context);
    return presentError(error.toJSON(), error);
  };
  const onPlanned = (document: DocumentNode) => documents.recount(document);
  const executor = createExecutor(schema, {
    formatError: (error, context) => format(error, context as GatewayContext),
    maxVariableErrors: limits.documentErrors.value,
    onPlanned,
  });
  const estimator = createCostEstimator(schema, sizes, { onPlanned });
  const documents = createDocumentCache([executor, estimator]);
  /** @throws GatewayError COST_ESTIMATED_TOO_EXPENSIVE or RATE_LIMITED for an operation that must not be executed */
  const admit = (request: OperationRequest) => {
    if (costMode === 'off') return;
    const { costReport, budget } = request.context;
    // Whoever has no points is not told either what something would cost.
    if (costReport === 'instead') return budget.cost.expect(0);
    return budget.cost.expect(estimator.estimate(request), () => estimator.mostExpensive(request));
  };

  return {
    documents,
    refuse: refuseIntrospection,
    prepare: executor.prepare,
    keep: documents.pin,
    count,
    reject,
    respond(request) {
      count(request);
      const rejected = reject(request);
      if (rejected instanceof Promise) return rejected.then((known) => known ?? begin(request));
      return rejected ?? begin(request);
    },
    async subscribe(request) {
      count(request);
      const rejected = await reject(request);
      if (rejected) return rejected;
      if (request.context.costReport === 'instead') return explain(request);
      try {
        const refusal = await refuseIntrospection(request.document, request.context);
        if (refusal !== null) throw refusal;
        return await openStream(request);
      } catch (error) {
        return write({ result: { errors: [format(toGraphqlError(error), request.context)] } }, request.context);
      }
    },
  };

  function count({ document, operationName }: Pick<OperationRequest, 'document' | 'operationName'>): void {
    metrics.operations.inc();
    // The names of others are their clients', who may invent any number of them.
    if (!documents.isPinned(document)) return;
    metrics.trustedOperations.inc({ operation: getOperationAST(document, operationName)?.name?.value ?? '' });
  }

  function begin(request: OperationRequest) {
    if (request.context.costReport === 'instead') return explain(request);
    const refusal = refuseIntrospection(request.document, request.context);
    return refusal === null ? execute(request) : settle(refusal, request);
  }

  function execute({ document, operationName, variables, context }: OperationRequest) {
    const executed = executor.execute({ document, operationName, variables, contextValue: context });
    return executed instanceof Promise
      ? executed.then((response) => finish(response, context))
      : finish(executed, context);
  }

  function finish(executed: ExecutionResponse, context: GatewayContext) {
    const { errors, result } = executed;
    const hidden = hideSuggestions(errors, context);
    if (hidden === null) return write(executed, context);
    const present = () => errors.map((error) => presentError(error.toJSON(), error));
    return hidden.then(() => write({ ...executed, result: { ...result, errors: present() } }, context));
  }

  /** Once it is known whether the document is refused. */
  async function settle(refusal: ReturnType<RefuseIntrospection>, request: OperationRequest) {
    const { context } = request;
    const error = await refusal;
    return error === null ? execute(request) : write({ result: { errors: [format(error, context)] } }, context);
  }

  /** What it would cost, in place of its result. */
  async function explain({ context, ...operation }: OperationRequest): Promise<OperationResponse> {
    let workedMs = 0;
    const isStream = getOperationAST(operation.document, operation.operationName)?.operation === 'subscription';
    const statements = isStream
      ? null
      : await nameStatements(context, async (contextValue) => {
          ({ workedMs } = await executor.execute({ ...operation, contextValue }));
        });
    const explanation = {
      requestedQueryCost: estimator.estimate(operation),
      mostExpensive: estimator.mostExpensive(operation),
      statements,
    };
    return write({ result: explainCost(explanation, context.budget.cost), workedMs }, context);
  }

  function reject(request: OperationRequest): ReturnType<OperationResponder['reject']> {
    const fail = (error: unknown) =>
      write({ result: { errors: [format(toGraphqlError(error), request.context)] } }, request.context);
    try {
      return admit(request)?.then(() => null, fail) ?? null;
    } catch (error) {
      return fail(error);
    }
  }

  /** @throws GatewayError NOT_ACCEPTABLE where the client cannot receive one, or as `OpenStreams.open` */
  async function openStream({ document, operationName, variables, context }: OperationRequest) {
    if (context.subscriber === null) throw new GatewayError('NOT_ACCEPTABLE');
    const stream = streams.open(context.caller.id, context.subscriber.transport);
    try {
      const source = await createSourceEventStream({
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: deriveContext(context, { signal: stream.signal }),
        options: { maxCoercionErrors: limits.documentErrors.value },
      });
      if ('errors' in source) {
        stream.end();
        await hideSuggestions(source.errors!, context);
        const errors = source.errors!.map((error) => format(error, context));
        return write({ result: { errors } }, context);
      }
      return new EventStream({
        source: (source as AsyncIterable<unknown>)[Symbol.asyncIterator](),
        stream,
        respond: async (event) => {
          const { taskRuns, budget } = event as FollowedChange;
          await budget.cost.whenInCredit(stream.signal);
          await stream.turn();
          const contextValue = deriveContext(context, { taskRuns, budget });
          const executed = await executor.execute({
            document,
            operationName,
            variables,
            rootValue: event,
            contextValue,
          });
          return write(executed, contextValue).text;
        },
        formatError: (error) => format(toGraphqlError(error), context),
      });
    } catch (error) {
      stream.end();
      throw error;
    }
  }

  function write({ result, workedMs = 0 }: Executed, context: GatewayContext): OperationResponse {
    const startedAt = performance.now();
    const { cost } = context.budget;
    cost.addProcessor(workedMs);
    const response = toResponse(withCost(result, context), context);
    cost.addProcessor(performance.now() - startedAt);
    return response;
  }

  function toResponse(result: FormattedExecutionResult, context: GatewayContext): OperationResponse {
    // graphql-js gets as far as execution before it notices that there is no such operation type.
    if (result.errors?.every(({ extensions }) => extensions?.code === 'OPERATION_RESOLUTION_FAILURE'))
      delete result.data;
    try {
      return { result, text: stringifyResult(result) };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const tooLarge = { errors: [format(error, context)] };
      return { result: tooLarge, text: stringifyResult(tooLarge) };
    }
  }
}

function toGraphqlError(error: unknown): GraphQLError {
  return locatedError(error, undefined);
}
