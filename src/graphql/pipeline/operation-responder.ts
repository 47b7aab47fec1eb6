// Responds to operations of valid documents, in the same way for cached and other documents.

import {
  createSourceEventStream,
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  locatedError,
  OperationTypeNode,
} from 'graphql';
import { addCostExtension, explainCost } from '../../admission/cost-report.js';
import { CostFormula } from '../../admission/estimate.js';
import type { ScopeSizes } from '../../admission/scope-size.js';
import type { Config } from '../../config/config.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { limits } from '../../limits.js';
import { scopeOfChange } from '../../request-scope.js';
import type { OpenStreams } from '../../streams/open-streams.js';
import type { FollowedChange } from '../../task-runs/changes/follow-changes.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { dryRun } from '../dry-run.js';
import type { PresentError } from '../errors/error-presenter.js';
import { recordError } from '../errors/record-error.js';
import { createDocumentCache, type DocumentCache } from '../execution/document-cache.js';
import {
  createExecutor,
  type ExecutionArguments,
  type ExecutionResponse,
  type Executor,
} from '../execution/executor.js';
import type { PlannedOperation } from '../execution/planned-operation.js';
import { EventStream } from './event-stream.js';
import type { HideSuggestions, RejectIntrospection } from './introspection.js';
import { stringifyResult } from './stringify-result.js';

export interface OperationRequest extends Pick<ExecutionArguments, 'operation' | 'variables'> {
  readonly context: GatewayContext;
}

export interface OperationResponse {
  readonly result: FormattedExecutionResult;
  readonly text: string;
}

type ExecutedResult = Pick<ExecutionResponse, 'result'> & Partial<Pick<ExecutionResponse, 'processorMs'>>;

export interface OperationResponder {
  /** The cache of valid documents, to which new ones have to be added. */
  readonly documents: DocumentCache;
  /** Returns an operation of a valid document. */
  readonly findOperation: Executor['findOperation'];
  /** Plans the operations of a valid document as far as plans do not depend on a request. */
  prepare(document: DocumentNode): void;
  /** Pins these documents instead of earlier ones. */
  pin(documents: readonly DocumentNode[]): void;
  /** Counts an executed operation. `respond` and `subscribe` call it themselves. */
  count(operation: PlannedOperation): void;
  /** The rejection that `respond` and `subscribe` apply, for code that executes the document by itself. */
  readonly rejectIntrospection: RejectIntrospection;
  respond(request: OperationRequest): OperationResponse | Promise<OperationResponse>;
  /**
   * Returns the response to an operation that must not be executed; null for any other. Other methods check it
   * themselves.
   */
  reject(request: OperationRequest): OperationResponse | null | Promise<OperationResponse | null>;
  /** Returns the stream of a subscription, or the response that rejects it. */
  subscribe(request: OperationRequest): Promise<EventStream | OperationResponse>;
}

interface OperationResponderOptions {
  readonly schema: GraphQLSchema;
  readonly rejectIntrospection: RejectIntrospection;
  readonly hideSuggestions: HideSuggestions;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly presentError: PresentError;
  readonly costs: Pick<Config, 'costMode'> & { readonly sizes: ScopeSizes };
}

export function createOperationResponder({
  schema,
  rejectIntrospection,
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
  const executor = createExecutor(schema, {
    formatError: (error, context) => format(error, context as GatewayContext),
    maxVariableErrors: limits.documentErrors.value,
    onPlanned: (document) => documents.updateSize(document),
  });
  const documents = createDocumentCache(executor);
  /** Returns the formula of an operation's cost, which is kept with its plans. */
  const formulaOf = (operation: PlannedOperation) => {
    if (operation.cost === undefined) {
      operation.cost = new CostFormula(schema, operation.document, operation.node);
      documents.updateSize(operation.document);
    }
    return operation.cost;
  };
  /** @throws GatewayError COST_ESTIMATED_TOO_EXPENSIVE or RATE_LIMITED for an operation that must not be executed */
  const admit = ({ operation, variables, context: { costReport, cost } }: OperationRequest) => {
    if (costMode === 'off') return;
    // A caller without points gets no cost estimate either.
    if (costReport === 'instead') return cost.expect(0);
    const formula = formulaOf(operation);
    return cost.expect(formula.estimate(variables, sizes), () => formula.mostExpensive(variables, sizes));
  };

  return {
    documents,
    rejectIntrospection,
    findOperation: executor.findOperation,
    prepare: executor.prepare,
    pin: documents.pin,
    count,
    reject,
    respond(request) {
      count(request.operation);
      const rejection = reject(request);
      if (rejection instanceof Promise) return rejection.then((known) => known ?? start(request));
      return rejection ?? start(request);
    },
    async subscribe(request) {
      count(request.operation);
      const rejection = await reject(request);
      if (rejection) return rejection;
      if (request.context.costReport === 'instead') return explain(request);
      try {
        const rejection = await rejectIntrospection(request.operation.document, request.context);
        if (rejection !== null) throw rejection;
        return await openStream(request);
      } catch (error) {
        return toTextResponse(
          { result: { errors: [format(toGraphqlError(error), request.context)] } },
          request.context,
        );
      }
    },
  };

  function count({ document, node }: PlannedOperation): void {
    metrics.operations.inc();
    // Other documents are not counted by name, because clients may invent any number of names.
    if (!documents.isPinned(document)) return;
    metrics.trustedOperations.inc({ operation: node.name?.value ?? '' });
  }

  function start(request: OperationRequest) {
    if (request.context.costReport === 'instead') return explain(request);
    const rejection = rejectIntrospection(request.operation.document, request.context);
    return rejection === null ? execute(request) : executeUnlessRejected(rejection, request);
  }

  function execute({ operation, variables, context }: OperationRequest) {
    const executed = executor.execute({ operation, variables, contextValue: context });
    return executed instanceof Promise
      ? executed.then((response) => finish(response, context))
      : finish(executed, context);
  }

  function finish(executed: ExecutionResponse, context: GatewayContext) {
    const { errors, result } = executed;
    const hidden = errors.length === 0 ? null : hideSuggestions(errors, context);
    if (hidden === null) return toTextResponse(executed, context);
    const present = () => errors.map((error) => presentError(error.toJSON(), error));
    return hidden.then(() => toTextResponse({ ...executed, result: { ...result, errors: present() } }, context));
  }

  /** Executes the operation once it is known that the document is not rejected. */
  async function executeUnlessRejected(rejection: ReturnType<RejectIntrospection>, request: OperationRequest) {
    const { context } = request;
    const error = await rejection;
    return error === null
      ? execute(request)
      : toTextResponse({ result: { errors: [format(error, context)] } }, context);
  }

  /** Responds with the cost of the operation instead of its result. */
  async function explain({ operation, variables, context }: OperationRequest): Promise<OperationResponse> {
    let processorMs = 0;
    const isStream = operation.node.operation === OperationTypeNode.SUBSCRIPTION;
    const statements = isStream
      ? null
      : await dryRun(context, async (contextValue) => {
          ({ processorMs } = await executor.execute({ operation, variables, contextValue }));
        });
    const formula = formulaOf(operation);
    const explanation = {
      requestedQueryCost: formula.estimate(variables, sizes),
      mostExpensive: formula.mostExpensive(variables, sizes),
      statements,
    };
    return toTextResponse({ result: explainCost(explanation, context.cost), processorMs }, context);
  }

  function reject(request: OperationRequest): ReturnType<OperationResponder['reject']> {
    const fail = (error: unknown) =>
      toTextResponse({ result: { errors: [format(toGraphqlError(error), request.context)] } }, request.context);
    try {
      return admit(request)?.then(() => null, fail) ?? null;
    } catch (error) {
      return fail(error);
    }
  }

  /** @throws GatewayError NOT_ACCEPTABLE for a client that cannot receive a stream, or as `OpenStreams.open` */
  async function openStream({ operation, variables, context }: OperationRequest) {
    if (context.subscriber === null) throw new GatewayError('NOT_ACCEPTABLE');
    const stream = streams.open(context.caller.id, context.subscriber.transport);
    try {
      const source = await createSourceEventStream({
        schema,
        document: operation.document,
        operationName: operation.node.name?.value,
        variableValues: variables,
        contextValue: { ...context, signal: stream.signal },
        options: { maxCoercionErrors: limits.documentErrors.value },
      });
      if ('errors' in source) {
        stream.end();
        await hideSuggestions(source.errors!, context);
        const errors = source.errors!.map((error) => format(error, context));
        return toTextResponse({ result: { errors } }, context);
      }
      return new EventStream({
        source: (source as AsyncIterable<unknown>)[Symbol.asyncIterator](),
        stream,
        respond: async (event) => {
          await context.cost.untilBalancePositive(stream.signal);
          await stream.enterWriteQueue();
          const contextValue = scopeOfChange(context, event as FollowedChange);
          const executed = await executor.execute({ operation, variables, rootValue: event, contextValue });
          return toTextResponse(executed, contextValue).text;
        },
        formatError: (error) => format(toGraphqlError(error), context),
      });
    } catch (error) {
      stream.end();
      throw error;
    }
  }

  function toTextResponse({ result, processorMs = 0 }: ExecutedResult, context: GatewayContext): OperationResponse {
    const startedAt = performance.now();
    const { cost } = context;
    cost.addProcessor(processorMs);
    const response = toResponse(addCostExtension(result, context), context);
    cost.addProcessor(performance.now() - startedAt);
    return response;
  }

  function toResponse(result: FormattedExecutionResult, context: GatewayContext): OperationResponse {
    // graphql-js detects a missing operation type only during execution, so its result has data.
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
