// The only way to respond to an operation. HTTP, WebSockets and tools for agents translate their requests into
// parameters, and the responses into their protocols. They have already verified the token (step 2) and opened the
// context (step 3). The step numbers in this file are those in docs/architecture.md.

import { type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { GatewayError } from '../../errors/gateway-error.js';
import { andThen, type MaybePromise } from '../../maybe-promise.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { recordOperationName } from '../errors/record-error.js';
import type { ExecutionResponse, Executor } from '../execution/executor.js';
import type { Admission } from './admission.js';
import type { Documents } from './documents.js';
import { EventStream } from './event-stream.js';
import type { HideSuggestions } from './introspection.js';
import { nameOperation, traceOperation } from './operation-span.js';
import type { OperationRequest, OperationTransport } from './operation-transport.js';
import { type OperationResponse, type ResponseWriter, toGraphqlError } from './response.js';
import type { Subscriptions } from './subscriptions.js';
import type { TracedExecution } from './traced.js';

export type ResponseOrStream = OperationResponse | EventStream;

/** An operation's result, or its response if the execution has already presented it. */
type Executed = ExecutionResponse | ResponseOrStream;

export interface OperationDependencies {
  readonly documents: Documents;
  readonly admission: Admission;
  readonly executor: Executor;
  readonly subscriptions: Subscriptions;
  readonly traced: TracedExecution;
  readonly responses: ResponseWriter;
  readonly hideSuggestions: HideSuggestions;
  readonly metrics: Metrics;
}

export class Operations {
  constructor(private readonly dependencies: OperationDependencies) {}

  /**
   * Responds to an operation, synchronously if it does not have to wait for anything.
   * @param parameters any parsed JSON
   * @throws GatewayError for documents that the caller may not send, for parameters that are too large, and
   * AUDIT_UNAVAILABLE
   */
  respond(parameters: unknown, transport: OperationTransport): MaybePromise<ResponseOrStream> {
    return traceOperation(transport.context, () => this.#audit(this.#process(parameters, transport), transport));
  }

  /** Returns the client's form of a recorded error that prevents a response from being sent. */
  present(error: GatewayError): GraphQLFormattedError {
    return this.dependencies.responses.present(toGraphqlError(error));
  }

  /** Performs steps 4 and 5. An operation that is not found or not admitted yields a response instead. */
  #process(parameters: unknown, transport: OperationTransport): MaybePromise<ResponseOrStream> {
    const { documents, admission } = this.dependencies;
    const { context } = transport;
    // 4. Find the valid document.
    return andThen(documents.find(parameters, transport), (found) => {
      if (!('operation' in found)) return found;
      const request = { operation: found.operation, variables: found.variables, context };
      this.#record(request);
      // 5. Admit the estimated cost, execute, and present the result.
      return andThen(admission.admit(request), (response) => {
        if (response !== null) return response;
        return andThen(this.#execute(request, transport), (executed) => this.#present(executed, context));
      });
    });
  }

  /** Executes or subscribes. Each resolver makes one read, which performs steps 6 and 7. */
  #execute(request: OperationRequest, transport: OperationTransport): MaybePromise<Executed> {
    const { subscriptions, traced, executor } = this.dependencies;
    const { operation, variables, context } = request;
    if (operation.node.operation === OperationTypeNode.SUBSCRIPTION) return subscriptions.open(request, transport);
    if (transport.isTraced) return traced.execute(request);
    return executor.execute({ operation, variables, contextValue: context });
  }

  #present(executed: Executed, context: GatewayContext): MaybePromise<ResponseOrStream> {
    if (!('processorMs' in executed)) return executed;
    const { hideSuggestions, responses } = this.dependencies;
    const { errors, result } = executed;
    const hidden = errors.length === 0 ? null : hideSuggestions(errors, context);
    if (hidden === null) return responses.write(executed, context);
    const present = () => errors.map((error) => responses.present(error));
    return hidden.then(() => responses.write({ ...executed, result: { ...result, errors: present() } }, context));
  }

  /** Records the operation in the log, the audit log, the metrics and the trace. */
  #record({ operation, context }: OperationRequest): void {
    const { documents, metrics } = this.dependencies;
    const { document, node } = operation;
    const name = node.name?.value;
    recordOperationName(name, context);
    context.audit?.nameDocument(documents.trusted.idOf(document), name);
    metrics.operations.inc();
    // Only names of pinned documents are recorded. They are few, whereas clients may invent any number of others.
    const isPinned = documents.isPinned(document);
    if (isPinned) metrics.trustedOperations.inc({ operation: name ?? '' });
    const span = context.budget.trace?.span;
    if (span !== undefined) nameOperation(span, operation, isPinned);
  }

  /** Records the payload in a response before it is sent. A stream also records its events. */
  #audit(
    responding: MaybePromise<ResponseOrStream>,
    { context: { audit }, entry }: OperationTransport,
  ): MaybePromise<ResponseOrStream> {
    if (audit === undefined || entry === null) return responding;
    return andThen(responding, async (response) => {
      const isStream = response instanceof EventStream;
      if (!isStream && response.result.data == null) return response;
      try {
        await audit.record({ entry, bytes: isStream ? 0 : Buffer.byteLength(response.text) });
      } catch (error) {
        if (isStream) await response.return();
        throw error;
      }
      return response;
    });
  }
}
