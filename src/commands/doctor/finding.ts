/** The limit for a request to the database, an issuer or the store, unless the configuration has a shorter one. */
export const requestTimeoutMs = 5000;

export type Outcome = 'ok' | 'warning' | 'failed';

export interface Finding {
  /** The name of the check. */
  readonly check: string;
  readonly outcome: Outcome;
  readonly message: string;
  /** A sentence; `null` if there is nothing to do. */
  readonly remedy: string | null;
}

/** Called immediately with each finding of a check, so that findings before a timeout are kept. */
export type AddFinding = (finding: Finding) => void;

export function ok(check: string, message: string): Finding {
  return { check, outcome: 'ok', message, remedy: null };
}

export function warning(check: string, message: string, remedy: string): Finding {
  return { check, outcome: 'warning', message, remedy };
}

export function failed(check: string, message: string, remedy: string): Finding {
  return { check, outcome: 'failed', message, remedy };
}
