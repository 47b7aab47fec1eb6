// Links to single runs: made for a caller who may share the run, and decided again at each view, for the caller that the
// token names. docs/sharing.md has the rules.

import { createHash } from 'node:crypto';
import type { Caller } from '../access/caller.js';
import { canShareRun } from '../access/policy.js';
import { identityOf, type Requester } from '../access/requester.js';
import { findPrefixOwner } from '../access/tokens/subject-prefixes.js';
import type { RequestBudget } from '../admission/request-budget.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { IssuerConfig } from '../config/values.js';
import { forbidden, GatewayError } from '../errors/gateway-error.js';
import { validationFailed } from '../errors/validation.js';
import { formatCount } from '../format-count.js';
import { type BatchRead, readSingle } from '../scheduling/read-scheduler.js';
import type { RunSelection } from '../task-runs/columns/field-groups.js';
import { payloadForbidden } from '../task-runs/columns/payload.js';
import type { TaskRunRecord } from '../task-runs/columns/records.js';
import { timestampOfSeconds } from '../task-runs/columns/timestamp.js';
import type { TaskRunService } from '../task-runs/task-runs.service.js';
import type { Log } from '../telemetry/logger.js';
import type { ShareFacts, ShareFactsKey } from './share-facts-statement.js';
import type { Share, ShareTokens } from './share-token.js';

/** The bounds of a link's life, in seconds. */
export const shareLifetime = { min: 60, max: 2_592_000, default: 604_800 } as const;

interface SharesOptions {
  readonly tokens: ShareTokens;
  /** Whether links may show payload. */
  readonly allowsPayload: boolean;
  /** Returns the issuers that are currently trusted. */
  readonly issuers: () => readonly IssuerConfig[];
  readonly readFacts: BatchRead<ShareFactsKey, ShareFacts>;
  /** The audit log, or null if nothing is audited. */
  readonly auditLog: AuditLog | null;
  /** Returns the base of absolute URLs, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/** The request in which a link is made, or which shows one. */
interface SharingRequest {
  readonly id: string;
  readonly traceId: string | undefined;
  readonly address: string;
  readonly entry: string;
  readonly requester: Requester | undefined;
  readonly log: Log;
}

/** The caller who makes a link, and its request. */
interface SharingScope {
  readonly caller: Caller;
  readonly budget: RequestBudget;
  readonly request: SharingRequest;
}

interface SharedUntil {
  /** Seconds until the link expires. */
  readonly expiresIn: number;
  readonly payload: boolean;
}

export interface RunShare {
  readonly id: string;
  readonly url: string;
  /** The link's end, in the format of the DateTime scalar. */
  readonly expires: string;
}

/** The run that a link shows. */
export interface SharedRun {
  readonly run: TaskRunRecord;
  readonly hasPayload: boolean;
  /** The name that the run's organization has given to the sharer, or null. */
  readonly by: string | null;
}

export class Shares {
  constructor(private readonly options: SharesOptions) {}

  /**
   * Returns a link to a run that the caller reads, after its line has been written.
   * @throws GatewayError VALIDATION_FAILED, PERMISSION_CHECK_FAILED, AUDIT_UNAVAILABLE
   */
  async create(
    run: TaskRunRecord,
    { expiresIn, payload }: SharedUntil,
    { caller, budget, request }: SharingScope,
  ): Promise<RunShare> {
    const { allowsPayload, tokens, now, publicUrl } = this.options;
    const { min, max } = shareLifetime;
    if (expiresIn < min || expiresIn > max) {
      const range = `must be between ${min} and ${formatCount(max)}, not ${formatCount(expiresIn)}`;
      throw validationFailed(['expiresIn'], range);
    }
    if (payload && !allowsPayload) throw validationFailed(['payload'], 'must be false on this gateway');
    const { orgId, projectId, taskId, id } = run;
    const path = { orgId, projectId, taskId, id };
    const { issuer, subject, userId, confinement } = caller;
    const sharer = { issuer, subject, userId, confinement, identification: this.#identificationOf(issuer) ?? '' };
    const { roles, readAt: created } = await readSingle(this.options.readFacts, { path, sharer }, budget);
    if (!canShareRun(roles, isExecutor(run, caller))) throw forbidden(path, 'task_run', undefined, 'share');
    if (payload && run.withheld !== null) throw payloadForbidden(path, run.withheld);
    const expires = Math.ceil(now() / 1000) + expiresIn;
    const { share, token } = tokens.seal({ path, sharer, payload, created, expires });
    await this.#recordCreation(share, request);
    return { id: share.id, url: `${publicUrl()}/shared#${token}`, expires: timestampOfSeconds(expires) };
  }

  /** Returns the link of a token, without a look-up. @throws GatewayError SHARE_NOT_FOUND */
  unseal(token: string): Share {
    const share = this.options.tokens.unseal(token);
    if (share === null || this.options.now() >= share.expires * 1000) throw shareNotFound();
    return share;
  }

  /**
   * Reads what a link shows. All links take the same statements until it is decided whether they show anything.
   * @param selection the fields of the run, from which payload is read only if the link shows it
   * @throws GatewayError SHARE_NOT_FOUND
   */
  async view(
    share: Share,
    selection: RunSelection,
    { taskRuns, budget }: { taskRuns: TaskRunService; budget: RequestBudget },
  ): Promise<SharedRun> {
    const [facts, usage] = await Promise.all([
      readSingle(this.options.readFacts, share, budget),
      taskRuns.usageByPath(share.path, selection).catch(nullIfHidden),
    ]);
    const { roles, isRevoked, sharerName: by } = facts;
    if (usage === null || isRevoked || !this.#isTrusted(share)) throw shareNotFound();
    if (!canShareRun(roles, isExecutor(usage, taskRuns.caller))) throw shareNotFound();
    if (share.payload && this.options.allowsPayload) {
      const run = await taskRuns.runByPath(share.path, selection, 'payload').catch(nullIfHidden);
      if (run !== null) return { run, hasPayload: true, by };
    }
    budget.cost.chargeByEstimate();
    return { run: usage, hasPayload: false, by };
  }

  /** Whether the issuer that identified the sharer is still trusted, in the same way, and still owns the sharer's name. */
  #isTrusted({ sharer: { issuer, subject, identification } }: Share): boolean {
    const owner = { issuer, subject, qualifiedClientId: undefined };
    return this.#identificationOf(issuer) === identification && !findPrefixOwner(owner, this.options.issuers());
  }

  /** Returns `undefined` for an issuer that is not trusted. */
  #identificationOf(issuer: string): string | undefined {
    const config = this.options.issuers().find((trusted) => trusted.issuer === issuer);
    if (config === undefined) return undefined;
    const { type, subjectClaim = null, subjectPrefix = '', userId = null } = config;
    return createHash('sha256')
      .update(JSON.stringify([type, subjectClaim, subjectPrefix, userId]))
      .digest('base64url');
  }

  /** Writes the line to the log if nothing is audited. */
  async #recordCreation({ id, path, expires, payload }: Share, request: SharingRequest): Promise<void> {
    const { auditLog, now } = this.options;
    const event = 'share_created';
    const link = { share: id, runs: [path.id], expires: timestampOfSeconds(expires), payload };
    const { id: requestId, traceId, address, entry, requester, log } = request;
    const identity = identityOf(requester);
    if (auditLog === null) return log.info({ event, ...identity, address, ...link }, 'share created');
    const time = new Date(now()).toISOString();
    await auditLog.append({ time, event, requestId, traceId, ...identity, address, entry, ...link });
  }
}

/** Returns the caller for whom a link's holder reads. */
export function sharerOf({ sharer: { issuer, subject, userId, confinement }, expires }: Share): Caller {
  const id = `${issuer} ${subject}`;
  const client = { clientId: undefined, qualifiedClientId: undefined };
  return { id, issuer, subject, userId, confinement, ...client, expiresAt: expires };
}

function isExecutor({ userId }: Pick<TaskRunRecord, 'userId'>, caller: Caller): boolean {
  return userId !== null && userId === caller.userId;
}

function shareNotFound(): GatewayError {
  return new GatewayError('SHARE_NOT_FOUND');
}

/** An error of the request itself, such as a timeout, is thrown, because it says nothing about the link. */
function nullIfHidden(error: unknown): null {
  if (error instanceof GatewayError && [403, 404].includes(error.extensions.status)) return null;
  throw error;
}
