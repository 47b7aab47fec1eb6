// The only way to the response of an operation. HTTP, WebSockets and tools for agents translate their requests into
// parameters, and answers into their protocols. They have verified the token (step 2) and opened the context (step 3); the
// numbers here, too, are those of docs/architecture.md.

import { type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { GatewayError } from '../../errors/gateway-error.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { recordOperationName } from '../errors/record-error.js';
import type { Executor } from '../execution/executor.js';
import type { PlannedOperation } from '../execution/planned-operation.js';
import type { Admission } from './admission.js';
import type { Documents } from './documents.js';
import { EventStream } from './event-stream.js';
import type { HideSuggestions, RejectIntrospection } from './introspection.js';
import type { FoundOperation, OperationPort, OperationRequest } from './operation-port.js';
import { nameOperation, traceOperation } from './operation-span.js';
import { type OperationResponse, type ResponseWriter, toGraphqlError } from './response.js';
import type { Subscriptions } from './subscriptions.js';
import type { TracedExecution } from './traced.js';

export type Answer = OperationResponse | EventStream;

export interface OperationParts {
  readonly documents: Documents;
  readonly admission: Admission;
  readonly executor: Executor;
  readonly subscriptions: Subscriptions;
  readonly traced: TracedExecution;
  readonly responses: ResponseWriter;
  readonly rejectIntrospection: RejectIntrospection;
  readonly hideSuggestions: HideSuggestions;
  readonly metrics: Metrics;
}

export class Operations {
  constructor(private readonly parts: OperationParts) {}

  /**
   * Answers an operation, at once if nothing has to be waited for.
   * @param parameters any parsed JSON
   * @throws GatewayError for documents that the caller may not send, for parameters that are too large, and
   *   AUDIT_UNAVAILABLE
   */
  answer(parameters: unknown, port: OperationPort): Answer | Promise<Answer> {
    const { budget, logFields } = port.context;
    // The request may have several operations.
    const request = budget.trace === undefined ? undefined : logFields.openTrace?.();
    if (request?.parent === undefined) return this.#answerAudited(parameters, port);
    return traceOperation(budget, request, () => this.#answerAudited(parameters, port));
  }

  /** Returns the form of a recorded error that keeps an answer from being sent. */
  present(error: GatewayError): GraphQLFormattedError {
    return this.parts.responses.present(toGraphqlError(error));
  }

  #answerAudited(parameters: unknown, port: OperationPort): Answer | Promise<Answer> {
    const answer = this.#answer(parameters, port);
    return port.context.audit === undefined ? answer : this.#audit(answer, port);
  }

  /** Records what of an answer is payload, before it is sent. A stream records its events, too. */
  async #audit(answering: Answer | Promise<Answer>, { context, entry }: OperationPort): Promise<Answer> {
    const answer = await answering;
    if (entry === null) return answer;
    const isStream = answer instanceof EventStream;
    if (!isStream && answer.result.data == null) return answer;
    try {
      await context.audit!.record({ entry, bytes: isStream ? 0 : Buffer.byteLength(answer.text) });
    } catch (error) {
      if (isStream) await answer.return();
      throw error;
    }
    return answer;
  }

  #answer(parameters: unknown, port: OperationPort): Answer | Promise<Answer> {
    // 4. Find the document. Apollo Server prepares one that is not known; what it rejects is the answer.
    const found = this.parts.documents.find(parameters, port);
    return found instanceof Promise
      ? found.then((each) => this.#answerFound(each, port))
      : this.#answerFound(found, port);
  }

  #answerFound(found: FoundOperation | OperationResponse, port: OperationPort): Answer | Promise<Answer> {
    if (!('operation' in found)) return found;
    const { operation, variables } = found;
    const request = { operation, variables, context: port.context };
    recordOperationName(operation.node.name?.value, port.context);
    port.context.audit?.nameDocument(this.parts.documents.trusted.idOf(operation.document), operation.node.name?.value);
    const isPinned = this.#count(operation);
    const { trace } = port.context.budget;
    if (trace?.span !== undefined) nameOperation(trace.span, operation, isPinned);
    // 5. Admit the estimated cost.
    const rejection = this.parts.admission.reject(request);
    if (rejection instanceof Promise) return rejection.then((known) => known ?? this.#start(request, port));
    return rejection ?? this.#start(request, port);
  }

  #start(request: OperationRequest, port: OperationPort): Answer | Promise<Answer> {
    const { admission, responses, rejectIntrospection } = this.parts;
    const { operation, context } = request;
    if (context.costReport === 'instead') return admission.explain(request);
    const rejection = rejectIntrospection(operation.document, context);
    if (rejection === null) return this.#run(request, port);
    return Promise.resolve(rejection).then((error) =>
      error === null ? this.#run(request, port) : responses.reject(error, context),
    );
  }

  /** 5. Execute, or subscribe. Each resolver makes one read, which takes the steps 6 and 7. */
  #run(request: OperationRequest, port: OperationPort): Answer | Promise<Answer> {
    const { subscriptions, traced, responses } = this.parts;
    const { operation, context } = request;
    if (operation.node.operation === OperationTypeNode.SUBSCRIPTION) return subscriptions.open(request, port);
    if (port.isTraced) return traced.execute(request).then((result) => responses.toResponse(result, context));
    return this.#execute(request);
  }

  #execute({ operation, variables, context }: OperationRequest): OperationResponse | Promise<OperationResponse> {
    const executed = this.parts.executor.execute({ operation, variables, contextValue: context });
    return executed instanceof Promise
      ? executed.then((response) => this.#present(response, context))
      : this.#present(executed, context);
  }

  /** 5. Present the result. */
  #present(
    executed: Awaited<ReturnType<Executor['execute']>>,
    context: GatewayContext,
  ): OperationResponse | Promise<OperationResponse> {
    const { hideSuggestions, responses } = this.parts;
    const { errors, result } = executed;
    const hidden = errors.length === 0 ? null : hideSuggestions(errors, context);
    if (hidden === null) return responses.write(executed, context);
    const present = () => errors.map((error) => responses.present(error));
    return hidden.then(() => responses.write({ ...executed, result: { ...result, errors: present() } }, context));
  }

  /** Returns whether the name of the operation is known to be one of few: clients may invent any number of others. */
  #count({ document, node }: PlannedOperation): boolean {
    const { documents, metrics } = this.parts;
    metrics.operations.inc();
    const isPinned = documents.isPinned(document);
    if (isPinned) metrics.trustedOperations.inc({ operation: node.name?.value ?? '' });
    return isPinned;
  }
}
