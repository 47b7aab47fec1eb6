// The figures that the rules compare: each for the period of the report and for the previous one.

/** Figures of a set of runs in one period. */
export interface Figures {
  readonly runs: number;
  readonly errors: number;
  readonly fallbacks: number;
  /** Runs with at least one retry. */
  readonly retried: number;
  /** Runs with a measured LLM call. */
  readonly measured: number;
  /** The 95th percentile of their LLM calls in seconds, or null if none was measured. */
  readonly p95: number | null;
  readonly credits: number;
  /** Runs at or above the thresholds of their task. */
  readonly slow: number;
  readonly costly: number;
}

export interface Compared<Value> {
  readonly now: Value;
  readonly before: Value;
}

/** Derived from a task's previous period. Undefined if there was nothing to derive it from. */
export interface Thresholds {
  /** Seconds of an LLM call. */
  readonly slow?: number;
  /** Credits, as a decimal. */
  readonly costly?: string;
}

export interface RevisionFigures extends Compared<Figures> {
  readonly revisionId: string;
}

export interface TaskFigures extends Compared<Figures> {
  readonly taskId: string;
  readonly thresholds: Thresholds;
  readonly revisions: readonly RevisionFigures[];
}

/** Numbers of runs that failed with a kind, in one task. */
export interface KindInTask extends Compared<number> {
  readonly taskId: string;
  readonly revisions: readonly (Compared<number> & { readonly revisionId: string })[];
}

/** Numbers of runs that failed with a kind, in the whole report. */
export interface KindFigures extends Compared<number> {
  readonly kind: string;
  /** Whether no run before the period had this kind. */
  readonly isNew: boolean;
  readonly tasks: readonly KindInTask[];
}

export interface ReportFigures {
  readonly tasks: readonly TaskFigures[];
  /** Kinds of failures, over the runs whose payload the caller sees. */
  readonly failures: { readonly runs: Compared<number>; readonly kinds: readonly KindFigures[] };
  /** Tasks without runs that always had some at the same hours, with the runs of their previous period. */
  readonly stopped: readonly { readonly taskId: string; readonly runs: number }[];
}

export const noFigures: Figures = {
  runs: 0,
  errors: 0,
  fallbacks: 0,
  retried: 0,
  measured: 0,
  p95: null,
  credits: 0,
  slow: 0,
  costly: 0,
};

export const noFailures: ReportFigures['failures'] = { runs: { now: 0, before: 0 }, kinds: [] };
