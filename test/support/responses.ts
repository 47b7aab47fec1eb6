// The parts of responses that tests read. The operation determines which of the fields are present.

import type { GraphqlErrorResponse, GraphqlResponse } from './graphql-client.js';

/** The body of a GraphQL response. A test reads the member that it expects. */
export interface GraphqlBody {
  readonly data: GraphqlResponse['data'];
  readonly errors: readonly [GraphqlErrorResponse, ...GraphqlErrorResponse[]];
}

export interface FileNode {
  readonly name: string;
  readonly downloadUrl: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

export interface RunNode {
  readonly id: string;
  readonly taskId: string;
  readonly userId: string | null;
  readonly created: string;
  readonly model: string | null;
  readonly response: unknown;
  readonly submitted: unknown;
  readonly files: readonly FileNode[];
}

/** Statistics of all runs, of a group, or of a bucket. */
export interface StatsNode {
  readonly value: string | null;
  readonly json: unknown;
  readonly start: string;
  readonly label: string;
  readonly runs: number;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly totalTokens: string;
  readonly chargedCredits: string;
  readonly errors: number;
  readonly errorRate: number | null;
  readonly creditsPerSuccess: string | null;
  readonly tokensPerSecond: number | null;
  readonly llmCallTiming: TimingNode;
  readonly inputProcessorTiming: TimingNode;
  readonly change: Readonly<Record<string, { readonly absolute: string | number; readonly ratio: number }>>;
  readonly task: { readonly name: string | null };
  readonly reportingGroup: { readonly name: string } | null;
  readonly buckets: readonly StatsNode[];
  readonly groupBy: readonly StatsNode[];
  readonly byRevision: readonly StatsNode[];
  readonly byReportingGroup: readonly StatsNode[];
}

interface TimingNode {
  readonly count: number;
  readonly avg: number;
}

interface NamedNode {
  readonly id: string;
  readonly name: string | null;
}

/** A task of `viewer`. */
export interface ViewerTask {
  readonly task: NamedNode & { readonly project: NamedNode };
  readonly role: string | null;
  readonly runVisibility: string;
  readonly runAccess: string;
  readonly retentionDays: number | null;
}

/** A project of `viewer`. */
export interface ViewerProject {
  readonly project: NamedNode;
  readonly role: string | null;
  readonly tasks: { readonly totalCount: number; readonly nodes: ViewerTask[] };
}

/** An organization of `viewer`. */
export interface ViewerOrganization {
  readonly organization: NamedNode;
  readonly role: string | null;
  readonly projects: readonly ViewerProject[];
}

/** A line of the audit log. */
export interface AuditLine {
  readonly event: string;
  readonly entry: string;
  readonly requestId: string;
  readonly operation?: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly linkSubject?: string;
  readonly filters?: readonly string[];
  readonly groups: readonly string[];
  readonly runs: readonly string[];
  readonly runCount: number;
  readonly bytes: number;
}

/** The body of a REST error. */
export interface RestError {
  readonly detail: { readonly message: string; readonly reason: string; readonly argument?: string };
}

/** The body of the REST error 422. */
export interface RestRejection {
  readonly detail: readonly {
    readonly loc: readonly (string | number)[];
    readonly msg: string;
    readonly type: string;
  }[];
}

/** The body of the REST error 429. */
export interface RestLimitError {
  readonly detail: { readonly cost: number; readonly remaining: number; readonly retry_after: number };
}

interface RestFile {
  readonly name: string;
  readonly size_bytes: number;
  readonly download_url: string;
}

export interface RestRun {
  readonly id: string;
  readonly task_id: string;
  readonly task_revision_id: string;
  readonly context_id: string | null;
  readonly user_id: string | null;
  readonly created: string;
  readonly is_error: boolean;
  readonly reporting_group: Readonly<Record<string, unknown>>;
  readonly files: readonly RestFile[];
}

/** A change of a run in the REST API. */
export interface RestChange {
  readonly run: RestRun;
  readonly deleted?: { readonly id: string; readonly task_id: string };
}

/** A REST page of runs or of their changes. */
export interface RestPage<Item = RestRun> {
  readonly results: readonly Item[];
  readonly pagination: {
    readonly next_cursor: string | null;
    readonly has_next: boolean;
    readonly scan_complete: boolean;
  };
}

/** The members of a REST report that count runs. */
export interface RestReport {
  readonly total_task_runs: number;
}

/** A change of a run. */
export interface ChangeNode {
  readonly run: RunNode;
  readonly deleted: { readonly runId: string; readonly taskId: string } | null;
}

/** A message to the router of a subscription with callbacks. */
export interface CallbackMessage {
  readonly action: string;
  readonly payload?: { readonly data: { readonly taskRunChanged: { readonly run: RunNode | null } } };
}

/** A page of runs. */
export interface RunPageNode {
  readonly nodes: readonly RunNode[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string | null;
  };
}

/** The MCP message that responds to a request. */
export interface ToolMessage {
  readonly result: GraphqlResponse['data'];
  readonly error?: { readonly message: string };
}
