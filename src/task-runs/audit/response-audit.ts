import { identityOf, type Requester } from '../../access/requester.js';
import type { AuditLog } from '../../audit/audit-log.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import type { RunSelection } from '../columns/field-groups.js';
import { FieldGroup } from '../columns/field-groups.js';
import { hasPayload } from '../columns/payload.js';
import { filterNames, type RunFilter, scopeKindOf } from '../visibility/run-filter.js';

/** The channel through which a response is sent. */
export type AuditEntry = 'graphql' | 'rest' | 'websocket' | 'callback' | 'mcp' | 'link' | 'share';

/** The column groups in exports and lists that contain payload. */
type PayloadGroup = 'io' | 'files';

/** A response about to be sent. */
export interface AuditedResponse {
  readonly entry: AuditEntry;
  /** A trusted document's id and name, a route, or a tool. Never text from the client. */
  readonly operation?: string | undefined;
  /** Bytes of the JSON or file, before compression. */
  readonly bytes: number;
  /** Whether the response contains no payload but depends on payload that was read for it. */
  readonly isWithoutPayload?: boolean;
}

/** The request whose responses are audited. */
interface AuditedRequest {
  readonly id: string;
  readonly traceId: string | undefined;
  readonly address: string;
  readonly requester: Requester | undefined;
}

interface AuditedRun {
  readonly id: string;
  /** Why payload is withheld; null or omitted if the caller sees it. */
  readonly withheld?: object | null;
}

type AuditedRuns = readonly AuditedRun[];

const maxNamedRuns = declareLimit(100, {
  section: 'HTTP',
  name: 'run ids in a line of the audit log',
  beyond: '`runCount` counts the others',
});

/**
 * Collects the payload in a response and writes its audit line. There is one instance per operation. A stream or export
 * writes a line when it begins, and one for each event or page.
 */
export class ResponseAudit {
  readonly #groups = new Set<PayloadGroup>();
  readonly #runs = new Set<string>();
  #isQueried = false;
  #isShared = false;
  /** The names of the filters of a stream or export that is being started. */
  #filters: readonly string[] | undefined;
  #trustedDocument: string | undefined;

  constructor(
    private readonly log: AuditLog,
    private readonly request: AuditedRequest,
    /** Returns milliseconds since 1970. */
    private readonly now: () => number,
  ) {}

  /** @param id undefined if the document is not trusted */
  nameDocument(id: string | undefined, name: string | undefined): void {
    if (id !== undefined) this.#trustedDocument = name === undefined ? id : `${id}/${name}`;
  }

  /** Adds runs that a caller may read, with their selection. */
  addRuns(runs: AuditedRuns, selection: RunSelection): void {
    if (!selectsColumns(selection)) return;
    const read = runs.filter(isVisible);
    if (read.length > 0) this.#groups.add('io');
    this.#addIds(read);
  }

  /** Adds runs whose files are sent. */
  addFiles(runs: AuditedRuns): void {
    const read = runs.filter(isVisible);
    if (read.length > 0) this.#groups.add('files');
    this.#addIds(read);
  }

  /**
   * Adds a list, whose filter may depend on payload.
   * @param selection null if the runs themselves are not selected
   */
  addList(filter: RunFilter, runs: AuditedRuns, selection: RunSelection | null): void {
    if (selection !== null) this.addRuns(runs, selection);
    if (scopeKindOf(filter) !== 'payload') return;
    this.#isQueried = true;
    this.#addIds(runs);
  }

  /** Adds a page of an export, with the files if they were selected. */
  addPage(runs: AuditedRuns, selection: RunSelection): void {
    this.addRuns(runs, selection);
    if (selection.fieldGroups & FieldGroup.files) this.addFiles(runs);
  }

  /** Adds numbers or groups that depend on payload. */
  addQuery(): void {
    this.#isQueried = true;
  }

  /** Adds the run that a link shows, which has a line even without payload. */
  addShared(run: AuditedRun): void {
    this.#isShared = true;
    this.#addIds([run]);
  }

  /** Adds a stream or export that is being started. */
  addOpening(filter: RunFilter, selection: RunSelection): void {
    if (selectsColumns(selection)) this.#groups.add('io');
    if (selection.fieldGroups & FieldGroup.files) this.#groups.add('files');
    if (scopeKindOf(filter) === 'payload') this.#isQueried = true;
    this.#filters = filterNames(filter);
  }

  /**
   * Writes the line for a response that contains or depends on payload, and starts the next one. Must be called before
   * the response's first byte is sent.
   * @throws GatewayError AUDIT_UNAVAILABLE: the response must not be sent
   */
  async record(response: AuditedResponse): Promise<void> {
    if (this.#groups.size === 0 && !this.#isQueried && !this.#isShared) return;
    const line = this.#toLine(response);
    this.discard();
    await this.log.append(line);
  }

  /**
   * Writes the line for an error that may depend on payload read beforehand, such as an error about a value that is too
   * large.
   * @throws GatewayError AUDIT_UNAVAILABLE: the error must not be sent
   */
  async recordError(error: unknown, response: Pick<AuditedResponse, 'entry' | 'operation'>): Promise<void> {
    const isOfRequest = error instanceof GatewayError && error.extensions.status < 500;
    if (isOfRequest) await this.record({ ...response, bytes: 0, isWithoutPayload: true });
  }

  /** Discards what was collected, because the response does not contain it. */
  discard(): void {
    this.#groups.clear();
    this.#runs.clear();
    this.#isQueried = false;
    this.#isShared = false;
    this.#filters = undefined;
  }

  #eventOf(isWithoutPayload: boolean): string {
    if (this.#groups.size > 0 && !isWithoutPayload) return 'payload_read';
    return this.#isShared ? 'share_viewed' : 'payload_queried';
  }

  #addIds(runs: AuditedRuns): void {
    for (const { id } of runs) this.#runs.add(id);
  }

  #toLine({ entry, operation = this.#trustedDocument, bytes, isWithoutPayload = false }: AuditedResponse): object {
    const { id, traceId, address, requester } = this.request;
    // Named one by one below, as in the log line of a request.
    const { issuer, subject, clientId, linkSubject, share } = identityOf(requester);
    const runs = [...this.#runs];
    return {
      time: new Date(this.now()).toISOString(),
      event: this.#eventOf(isWithoutPayload),
      requestId: id,
      traceId,
      issuer,
      subject,
      clientId,
      linkSubject,
      share,
      address,
      entry,
      operation,
      filters: this.#filters,
      groups: [...this.#groups].sort().reverse(),
      runs: runs.slice(0, maxNamedRuns),
      runCount: runs.length,
      bytes,
    };
  }
}

/** Whether payload other than files is selected. */
function selectsColumns({ fieldGroups, pointers }: RunSelection): boolean {
  return pointers.some(({ isModel }) => !isModel) || hasPayload(fieldGroups & ~FieldGroup.files);
}

function isVisible({ withheld = null }: AuditedRun): boolean {
  return withheld === null;
}
