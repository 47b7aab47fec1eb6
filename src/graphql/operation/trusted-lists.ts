import type { EnterQueue } from '../../streams/caller-queue.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { ListedDocument } from '../../trusted-documents/parse-list.js';
import {
  type CompiledLists,
  type CompileOptions,
  compileDocuments,
  loadDocuments,
  type TrustedDocument,
} from '../documents/compile-documents.js';
import type { DocumentCache } from '../execution/document-cache.js';
import { type DocumentSettings, TrustedDocuments } from './trusted-documents.js';

export interface LoadedDocuments extends CompiledLists {
  readonly settings: DocumentSettings;
}

interface TrustedListsOptions {
  /** The gateway's own operations. */
  readonly ownDocuments: readonly ListedDocument[];
  readonly settings: DocumentSettings;
  readonly compile: CompileOptions;
  readonly cache: Pick<DocumentCache, 'pin'>;
  readonly metrics: Metrics;
  readonly enterParseQueue: EnterQueue;
}

/** The gateway's own documents, and the trusted ones, which may be replaced at runtime. */
export class TrustedLists {
  #current: TrustedDocuments;
  #listed: readonly TrustedDocument[];

  private constructor(
    private readonly options: TrustedListsOptions,
    readonly own: readonly TrustedDocument[],
    loaded: LoadedDocuments,
    /** The list files and folders at startup. */
    readonly paths: readonly string[],
  ) {
    this.#current = this.#use(loaded);
    this.#listed = loaded.documents;
  }

  /** @throws Error naming every fault in the documents */
  static async open(options: TrustedListsOptions): Promise<TrustedLists> {
    const own = await compileDocuments(options.ownDocuments, options.compile);
    if (own.faults.length > 0) throw new Error(own.faults.join('\n'));
    const loaded = await load(options.settings, options.compile);
    if (loaded.faults.length > 0) throw new Error(`Trusted documents are invalid:\n- ${loaded.faults.join('\n- ')}`);
    return new TrustedLists(options, own.documents, loaded, loaded.paths);
  }

  /** The current lists. A request uses the same ones until it ends. */
  get current(): TrustedDocuments {
    return this.#current;
  }

  /** The trusted documents. The array stays the same until they are replaced. */
  get listed(): readonly TrustedDocument[] {
    return this.#listed;
  }

  /** Reads lists and compiles their documents for `replace`. */
  load(settings: DocumentSettings): Promise<LoadedDocuments> {
    return load(settings, this.options.compile);
  }

  /** Replaces all trusted documents. */
  replace(loaded: LoadedDocuments): void {
    this.#current = this.#use(loaded);
    this.#listed = loaded.documents;
  }

  #use({ documents, settings }: LoadedDocuments): TrustedDocuments {
    this.options.cache.pin([...this.own, ...documents].map(({ document }) => document));
    return new TrustedDocuments(documents, settings, this.options);
  }
}

async function load(settings: DocumentSettings, compile: CompileOptions): Promise<LoadedDocuments> {
  return { ...(await loadDocuments(settings.paths, compile)), settings };
}
