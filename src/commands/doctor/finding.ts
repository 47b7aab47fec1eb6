export type Outcome = 'ok' | 'warning' | 'failed';

export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly outcome: Outcome;
  readonly message: string;
  /** What to do, a sentence; null: nothing. */
  readonly remedy: string | null;
}

/** Takes what an examination finds, as it goes on: where its time runs out, the earlier findings are kept. */
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
