import { identityOf, type Requester } from '../../access/requester.js';
import type { AuditLog } from '../../audit/audit-log.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import type { RunSelection } from '../columns/field-groups.js';
import { FieldGroup } from '../columns/field-groups.js';
import { hasPayload } from '../columns/payload.js';
import { filterNames, type RunFilter, scopeKindOf } from '../visibility/run-filter.js';

/** The way that a response takes. */
export type AuditEntry = 'graphql' | 'rest' | 'websocket' | 'callback' | 'mcp' | 'link';

/** The columns of exports and lists that payload belongs to. */
type PayloadGroup = 'io' | 'files';

/** The response that is about to be sent. */
export interface AuditedResponse {
  readonly entry: AuditEntry;
  /** A trusted document's id and name, a route, or a tool. Never a text of the client. */
  readonly operation?: string | undefined;
  /** Bytes of the JSON or file, before compression. */
  readonly bytes: number;
  /** Whether the response has no payload, but depends on the payload that was read for it. */
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
  /** null or omitted: the caller sees the payload. */
  readonly withheld?: object | null;
}

type AuditedRuns = readonly AuditedRun[];

const maxNamedRuns = declareLimit(100, {
  section: 'HTTP',
  name: 'run ids in a line of the audit log',
  beyond: '`runCount` counts the others',
});

/**
 * Collects what of a response is payload, and writes its line. An operation has one: a stream or export writes a line when
 * it begins, and one for each event or page.
 */
export class ResponseAudit {
  readonly #groups = new Set<PayloadGroup>();
  readonly #runs = new Set<string>();
  #isQueried = false;
  /** The names of the filters of a stream or export that begins. */
  #filters: readonly string[] | undefined;
  #trustedDocument: string | undefined;

  constructor(
    private readonly log: AuditLog,
    private readonly request: AuditedRequest,
    /** Milliseconds since 1970. */
    private readonly now: () => number,
  ) {}

  /** @param id undefined: the document is not trusted */
  nameDocument(id: string | undefined, name: string | undefined): void {
    if (id !== undefined) this.#trustedDocument = name === undefined ? id : `${id}/${name}`;
  }

  /** Adds runs that a caller may read, with what was selected of them. */
  addRuns(runs: AuditedRuns, selection: RunSelection): void {
    if (!selectsColumns(selection)) return;
    const read = runs.filter(isVisible);
    if (read.length > 0) this.#groups.add('io');
    this.#addIds(read);
  }

  /** Adds runs whose files leave. */
  addFiles(runs: AuditedRuns): void {
    const read = runs.filter(isVisible);
    if (read.length > 0) this.#groups.add('files');
    this.#addIds(read);
  }

  /**
   * Adds a list, which the filter may have decided by payload.
   * @param selection null: the runs themselves are not selected
   */
  addList(filter: RunFilter, runs: AuditedRuns, selection: RunSelection | null): void {
    if (selection !== null) this.addRuns(runs, selection);
    if (scopeKindOf(filter) !== 'payload') return;
    this.#isQueried = true;
    this.#addIds(runs);
  }

  /** Adds a page of an export, with the files where they were selected. */
  addPage(runs: AuditedRuns, selection: RunSelection): void {
    this.addRuns(runs, selection);
    if (selection.fieldGroups & FieldGroup.files) this.addFiles(runs);
  }

  /** Adds numbers or groups that were decided by payload. */
  addQuery(): void {
    this.#isQueried = true;
  }

  /** Adds a stream or export that begins. */
  addOpening(filter: RunFilter, selection: RunSelection): void {
    if (selectsColumns(selection)) this.#groups.add('io');
    if (selection.fieldGroups & FieldGroup.files) this.#groups.add('files');
    if (scopeKindOf(filter) === 'payload') this.#isQueried = true;
    this.#filters = filterNames(filter);
  }

  /**
   * Writes the line of a response that has payload, or was decided by it, and begins the next one. Called before the first
   * byte of the response is sent.
   * @throws GatewayError AUDIT_UNAVAILABLE: the response must not be sent
   */
  async record(response: AuditedResponse): Promise<void> {
    if (this.#groups.size === 0 && !this.#isQueried) return;
    const line = this.#toLine(response);
    this.discard();
    await this.log.append(line);
  }

  /**
   * Writes the line of an error that may depend on payload which was read before, such as that of a value that is too large.
   * @throws GatewayError AUDIT_UNAVAILABLE: the error must not be sent
   */
  async recordError(error: unknown, response: Pick<AuditedResponse, 'entry' | 'operation'>): Promise<void> {
    const isOfRequest = error instanceof GatewayError && error.extensions.status < 500;
    if (isOfRequest) await this.record({ ...response, bytes: 0, isWithoutPayload: true });
  }

  /** Forgets what was collected, because the response does not have it. */
  discard(): void {
    this.#groups.clear();
    this.#runs.clear();
    this.#isQueried = false;
    this.#filters = undefined;
  }

  #addIds(runs: AuditedRuns): void {
    for (const { id } of runs) this.#runs.add(id);
  }

  #toLine({ entry, operation = this.#trustedDocument, bytes, isWithoutPayload = false }: AuditedResponse): object {
    const { id, traceId, address, requester } = this.request;
    const runs = [...this.#runs];
    return {
      time: new Date(this.now()).toISOString(),
      event: this.#groups.size > 0 && !isWithoutPayload ? 'payload_read' : 'payload_queried',
      requestId: id,
      traceId,
      ...identityOf(requester),
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
