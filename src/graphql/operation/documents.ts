// Finds a request's document: the gateway's own, a trusted or persisted one by id, a cached one by text, or a new one
// that Apollo Server prepares.

import { type DocumentNode, GraphQLError, OperationTypeNode } from 'graphql';
import { isJsonObject } from '../../json/is-json-object.js';
import { andThen, type MaybePromise } from '../../maybe-promise.js';
import type { EnterQueue } from '../../streams/caller-queue.js';
import { isTooDeep, tooDeepMessage } from '../documents/document-depth.js';
import type { DocumentCache } from '../execution/document-cache.js';
import type { PlannedDocuments } from '../execution/planned-documents.js';
import type { ApolloPreparer } from './apollo.js';
import type { FoundOperation, OperationTransport } from './operation-transport.js';
import type { PersistedQueries } from './persisted-queries.js';
import { assertLineCount, assertVariableSize } from './request-limits.js';
import type { OperationResponse, ResponseWriter } from './response.js';
import type { TrustedDocuments } from './trusted-documents.js';
import type { TrustedLists } from './trusted-lists.js';

interface DocumentsOptions {
  readonly planned: PlannedDocuments;
  readonly cache: DocumentCache;
  readonly trustedLists: TrustedLists;
  readonly persistedQueries: PersistedQueries;
  readonly preparer: ApolloPreparer;
  /** Parsing a document blocks the process, so callers are queued. */
  readonly enterParseQueue: EnterQueue;
  readonly responses: Pick<ResponseWriter, 'reject'>;
}

export class Documents {
  /** Numbers of documents that were and were not found by their text. */
  readonly lookups = { hit: 0, miss: 0 };

  constructor(private readonly options: DocumentsOptions) {}

  get trusted(): TrustedDocuments {
    return this.options.trustedLists.current;
  }

  /**
   * Returns the operation, or Apollo Server's response that rejects it.
   * @param parameters any parsed JSON
   * @throws GatewayError as `TrustedDocuments.resolve`; VALIDATION_FAILED for variables or a document that are too
   * large
   */
  find(parameters: unknown, transport: OperationTransport): MaybePromise<FoundOperation | OperationResponse> {
    if (transport.ownDocument !== undefined) return this.#findOwn(transport.ownDocument, parameters as PlainParameters);
    assertVariableSize(parameters);
    return andThen(this.trusted.resolve(parameters, transport), (resolved) => this.#findOrPrepare(resolved, transport));
  }

  isPinned(document: DocumentNode): boolean {
    return this.options.cache.isPinned(document);
  }

  /** Updates the cached size of a document to which plans were added. */
  updateSize(document: DocumentNode): void {
    this.options.cache.updateSize(document);
  }

  #findOwn(document: DocumentNode, { operationName, variables }: PlainParameters): FoundOperation {
    return { operation: this.options.planned.findOperation(document, operationName)!, variables };
  }

  #findOrPrepare(parameters: unknown, transport: OperationTransport) {
    const known = this.#findKnown(parameters, transport);
    this.lookups[known === null ? 'miss' : 'hit'] += 1;
    return known ?? this.#prepare(parameters, transport);
  }

  /** Returns null for an operation that Apollo Server has to prepare or reject. */
  #findKnown(parameters: unknown, { isGet, needsApolloCheck }: OperationTransport): FoundOperation | null {
    if (needsApolloCheck || !isPlain(parameters)) return null;
    const { query, operationName, variables, extensions } = parameters;
    const text = query ?? this.options.persistedQueries.textOf(extensions);
    const document = text === undefined ? undefined : this.options.cache.find(text);
    const operation = document && this.options.planned.findOperation(document, operationName);
    if (!operation || (isGet && operation.node.operation !== OperationTypeNode.QUERY)) return null;
    return { operation, variables };
  }

  async #prepare(parameters: unknown, transport: OperationTransport): Promise<FoundOperation | OperationResponse> {
    await this.options.enterParseQueue(transport.context.caller.id);
    assertLineCount(parameters);
    return this.#rejectTooDeep(parameters, transport) ?? this.options.preparer.prepare(parameters, transport);
  }

  /** Returns null for a document that may be parsed. */
  #rejectTooDeep(parameters: unknown, { context }: OperationTransport): OperationResponse | null {
    const { responses } = this.options;
    const text = isJsonObject(parameters) ? parameters.query : undefined;
    if (typeof text !== 'string' || !context.budget.cost.measure(() => isTooDeep(text))) return null;
    return responses.reject(
      new GraphQLError(tooDeepMessage, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
      context,
    );
  }
}

interface PlainParameters {
  readonly query?: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
  readonly extensions?: Record<string, unknown> | null;
}

/** Whether the parameters contain nothing to reject or register. */
function isPlain(parameters: unknown): parameters is PlainParameters {
  if (!isJsonObject(parameters)) return false;
  const { query, operationName, variables, extensions } = parameters;
  return (
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || isJsonObject(variables)) &&
    (extensions == null || isJsonObject(extensions)) &&
    // A request with both an id and a document registers the document.
    (typeof query === 'string' ? extensions?.persistedQuery === undefined : query === undefined)
  );
}
