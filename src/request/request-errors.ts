// The errors sent in response to a request. Each is counted, and logged if it denies access.

import { identityOf, type Requester } from '../access/requester.js';
import { TokenFault } from '../access/tokens/token-errors.js';
import type { ErrorExtensions, ErrorTarget, GatewayError } from '../errors/gateway-error.js';
import { declareLimit } from '../limits.js';
import type { Log } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';

/** Must not change, because operators search for it. */
const deniedEvent = 'access_denied';

const maxDenialLines = declareLimit(20, {
  section: 'HTTP',
  name: 'log lines about denied access per request',
  beyond: 'one last line has the number of the others',
});

/** An error that is sent, and its details that appear only in the log. */
export interface SentError extends Pick<GatewayError, 'extensions'>, Partial<Pick<GatewayError, 'target' | 'cause'>> {}

/** The request for which an error is sent. */
interface FailedRequest {
  readonly log: Log;
  readonly address: string;
  readonly requester: Requester | undefined;
  /** The value of the `entry` label. */
  readonly entry: string;
}

/** Whether an error denies access, which is always logged. */
export function isDenial({ status }: ErrorExtensions): boolean {
  return status === 401 || status === 403;
}

export class RequestErrors {
  /** Number of errors sent, by code. */
  readonly codes: Record<string, number> = {};
  #denials = 0;

  constructor(
    private readonly request: FailedRequest,
    private readonly metrics: Metrics,
  ) {}

  /** @param target defaults to the error's target */
  record(error: SentError, target = error.target): void {
    const { code, reason, status } = error.extensions;
    this.metrics.errors.inc({ entry: this.request.entry, code, reason });
    if (status === 401) {
      const { cause } = error;
      this.metrics.rejectedTokens.inc({ cause: cause instanceof TokenFault ? cause.kind : reason });
    }
    this.codes[code] = (this.codes[code] ?? 0) + 1;
    if (!isDenial(error.extensions)) return;
    this.#denials += 1;
    if (this.#denials <= maxDenialLines) this.#logDenial(error, target);
  }

  /** Logs the number of denied accesses that did not get a line, if any. */
  logRest(): void {
    const more = this.#denials - maxDenialLines;
    if (more > 0) this.request.log.warn({ event: deniedEvent, more }, 'more accesses denied');
  }

  /** Logs at `warn`, so that even quieter logs contain all denials for an audit. */
  #logDenial({ extensions, cause }: SentError, target: ErrorTarget | undefined): void {
    const { reason, permission, resource } = extensions;
    const { issuer, subject, clientId } = identityOf(this.request.requester);
    const { orgId, projectId, taskId, id } = target ?? {};
    this.request.log.warn(
      {
        event: deniedEvent,
        reason,
        issuer,
        subject,
        clientId,
        permission,
        resource,
        orgId,
        projectId,
        taskId: taskId ?? undefined,
        id,
        address: this.request.address,
        cause: cause === undefined ? undefined : String(cause),
      },
      'access denied',
    );
  }
}
