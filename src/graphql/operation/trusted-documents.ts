// Decides which documents a caller may send, and resolves ids. Resolved requests are processed as if the client had
// sent the document.

import { type DocumentNode, stripIgnoredCharacters } from 'graphql';
import { isClientListed } from '../../access/caller.js';
import type { Config } from '../../config/config.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { isJsonObject } from '../../json/is-json-object.js';
import type { EnterQueue } from '../../streams/caller-queue.js';
import type { Metrics } from '../../telemetry/metrics.js';
import { sha256Of, toBareId } from '../../trusted-documents/parse-list.js';
import type { TrustedDocument } from '../documents/compile-documents.js';
import { ownsOrganization } from './introspection.js';
import type { OperationTransport } from './operation-transport.js';

export type DocumentSettings = Config['trustedDocuments'];

/** The request that contains a document. */
type Sender = Pick<OperationTransport, 'context' | 'isOwnPage'>;

/** The trusted documents of one configuration. */
export class TrustedDocuments {
  readonly #byId: ReadonlyMap<string, TrustedDocument>;
  readonly #idByDocument: ReadonlyMap<DocumentNode, string>;
  readonly #texts: ReadonlySet<string>;
  readonly #stripped: ReadonlySet<string>;
  readonly #isStrict: boolean;

  constructor(
    documents: readonly TrustedDocument[],
    private readonly settings: DocumentSettings,
    private readonly dependencies: { readonly metrics: Metrics; readonly enterParseQueue: EnterQueue },
  ) {
    this.#byId = new Map([
      // In addition to the id in the list, clients may send the digest defined by GraphQL over HTTP.
      ...documents.map((document) => [sha256Of(document.text), document] as const),
      ...documents.map((document) => [document.id, document] as const),
    ]);
    this.#idByDocument = new Map(documents.map(({ document, id }) => [document, id]));
    this.#texts = new Set(documents.map(({ text }) => text));
    this.#stripped = new Set(documents.map((document) => document.stripped));
    this.#isStrict = settings.mode === 'safelist' || settings.mode === 'require';
  }

  /**
   * Returns the parameters of a GraphQL request, either with the document or unchanged. Returns a promise if that
   * depends on more than the request.
   * @param parameters any parsed JSON
   * @throws GatewayError PERSISTED_QUERY_NOT_IN_LIST, PERSISTED_QUERY_ID_REQUIRED, CANNOT_SEND_PQ_ID_AND_BODY,
   * QUERY_NOT_IN_SAFELIST or VALIDATION_FAILED
   */
  resolve(parameters: unknown, sender: Sender): unknown {
    if (!isJsonObject(parameters)) return parameters;
    const id = idIn(parameters.documentId, parameters.extensions);
    return id === undefined && this.settings.mode === 'off' ? parameters : this.#resolveListed(parameters, id, sender);
  }

  /** Returns a trusted document's id in the list, or undefined for any other document. */
  idOf(document: DocumentNode): string | undefined {
    return this.#idByDocument.get(document);
  }

  async #resolveListed(
    parameters: Readonly<Record<string, unknown>>,
    id: string | undefined,
    sender: Sender,
  ): Promise<unknown> {
    const { query, documentId, extensions, ...rest } = parameters;
    const hasText = typeof query === 'string' && query !== '';
    if (id === undefined) {
      if (hasText) await this.#checkText(query, sender);
      return parameters;
    }
    // Apollo's automatic persisted queries send the document once together with its id.
    const isAutomatic = documentId == null;
    if (hasText) {
      if (!isAutomatic || (this.#isStrict && !(await this.#isExempt(sender))))
        throw new GatewayError('CANNOT_SEND_PQ_ID_AND_BODY');
      await this.#checkText(query, sender);
      return parameters;
    }
    const { persistedQuery, ...otherExtensions } = isJsonObject(extensions) ? extensions : {};
    const listed = this.#byId.get(id);
    if (listed !== undefined) return { ...rest, extensions: otherExtensions, query: listed.text };
    if (this.#isStrict && !(await this.#isExempt(sender))) throw new GatewayError('PERSISTED_QUERY_NOT_IN_LIST');
    return {
      ...rest,
      extensions: { ...otherExtensions, persistedQuery: persistedQuery ?? { version: 1, sha256Hash: id } },
    };
  }

  async #checkText(text: string, sender: Sender): Promise<void> {
    const { mode } = this.settings;
    if (mode === 'off') return;
    const isAllowed = mode !== 'require' && (this.#texts.has(text) || (await this.#isListed(text, sender)));
    if (isAllowed || (await this.#isExempt(sender))) return;
    if (mode === 'require') throw new GatewayError('PERSISTED_QUERY_ID_REQUIRED');
    if (mode === 'safelist') throw new GatewayError('QUERY_NOT_IN_SAFELIST');
    this.dependencies.metrics.unlistedDocuments.inc();
    sender.context.request.log.info({ documentId: `sha256:${sha256Of(text)}` }, 'a document is not listed');
  }

  /** Whether the document differs from a listed one only in white space and comments. */
  async #isListed(text: string, sender: Sender): Promise<boolean> {
    await this.dependencies.enterParseQueue(sender.context.caller.id);
    try {
      return this.#stripped.has(stripIgnoredCharacters(text));
    } catch {
      return false;
    }
  }

  async #isExempt(sender: Sender): Promise<boolean> {
    if (isClientListed(sender.context.caller, this.settings.exemptClients)) return true;
    return sender.isOwnPage && ownsOrganization(sender.context);
  }
}

function idIn(documentId: unknown, extensions: unknown): string | undefined {
  if (documentId != null) {
    if (typeof documentId !== 'string' || documentId === '') {
      throw validationFailed(['documentId'], 'must be a non-empty string');
    }
    return toBareId(documentId);
  }
  const persisted = isJsonObject(extensions) ? extensions.persistedQuery : undefined;
  if (!isJsonObject(persisted)) return undefined;
  const { sha256Hash } = persisted;
  // Apollo Server would treat a list of one hash like the hash itself, and find a document that an exempt client has
  // registered.
  if (typeof sha256Hash !== 'string' || sha256Hash === '') {
    throw validationFailed(['extensions', 'persistedQuery', 'sha256Hash'], 'must be a non-empty string');
  }
  return sha256Hash;
}
