// The figures and relations of two runs, row by row.

import { shortId } from '../../shared/format/format-id.js';
import {
  exactSeconds,
  formatBytes,
  formatCount,
  formatCredits,
  formatDuration,
} from '../../shared/format/format-quantity.js';
import type { ComparedRun } from '../operations.js';
import { decimalDifference } from './decimal-difference.js';

export interface FigureRow {
  readonly name: string;
  readonly baseline: Cell;
  readonly run: Cell;
  readonly isEqual: boolean;
  /** The difference between two numbers; `null` for texts. */
  readonly difference: string | null;
}

export interface Cell {
  /** `null` for a run without the value. */
  readonly text: string | null;
  /** The tooltip of a rounded or shortened text. */
  readonly exact: string | null;
  /** The number to compare. */
  readonly amount: number | string | null;
}

/**
 * Returns the rows that at least one run has a value for.
 * @param modelOf returns the model of a run; `undefined` if the schema has no models
 */
export function figureRows(
  baseline: ComparedRun,
  run: ComparedRun,
  modelOf?: (run: ComparedRun) => string | null,
): readonly FigureRow[] {
  const model: readonly Figure[] = modelOf === undefined ? [] : [{ name: 'Model', text: modelOf }];
  return [...amounts, ...model, ...texts]
    .map((figure) => rowOf(figure, baseline, run))
    .filter((row) => row.baseline.text !== null || row.run.text !== null);
}

function rowOf(figure: Figure, baseline: ComparedRun, run: ComparedRun): FigureRow {
  const { name, amount, formatDifference = formatDecimal } = figure;
  const [old, fresh] = [cellOf(figure, baseline), cellOf(figure, run)];
  const decimal = amount ? decimalDifference(asText(old.amount), asText(fresh.amount)) : null;
  return {
    name,
    baseline: old,
    run: fresh,
    isEqual: old.text === fresh.text && decimal === null && old.exact === fresh.exact,
    difference: decimal === null ? null : formatDifference(decimal),
  };
}

function cellOf({ text, exact, amount }: Figure, run: ComparedRun): Cell {
  return { text: text(run), exact: exact?.(run) ?? null, amount: amount?.(run) ?? null };
}

/** Adds thousands separators. */
function formatDecimal(decimal: string): string {
  const [integer = '', ...fraction] = decimal.split('.');
  return [formatCount(integer), ...fraction].join('.');
}

function asText(value: number | string | null): string | null {
  return value === null ? null : String(value);
}

interface Figure {
  readonly name: string;
  /** Returns the number to compare. Texts have none. */
  amount?(run: ComparedRun): number | string | null;
  text(run: ComparedRun): string | null;
  /** Returns the tooltip for a rounded or shortened text. */
  exact?(run: ComparedRun): string | null;
  /** Returns the text of a difference; by default its digits with thousands separators. */
  formatDifference?(decimal: string): string;
}

const amounts: readonly Figure[] = [
  duration('LLM call', (run) => run.llmCallTiming),
  duration('Input processors', (run) => run.inputProcessorTiming),
  { name: 'Tokens', amount: (run) => run.totalTokens, text: (run) => formatCount(run.totalTokens) },
  { name: 'Tokens in', amount: (run) => run.inputTokens, text: (run) => formatCount(run.inputTokens) },
  { name: 'Tokens out', amount: (run) => run.outputTokens, text: (run) => formatCount(run.outputTokens) },
  {
    name: 'Credits',
    amount: (run) => run.chargedCredits,
    text: (run) => run.chargedCredits && formatCredits(run.chargedCredits),
  },
  { name: 'Retries', amount: (run) => run.llmRetries, text: (run) => String(run.llmRetries) },
  {
    name: 'Response',
    amount: (run) => run.responseBytes,
    text: (run) => (run.responseBytes === null ? null : formatBytes(run.responseBytes)),
  },
  { name: 'Files', amount: (run) => run.files?.length ?? null, text: (run) => String(run.files?.length ?? 'unknown') },
];

const texts: readonly Figure[] = [
  {
    name: 'Fallback model',
    text: (run) => (run.usedFallbackModel ? (run.fallbackLlmModel?.name ?? 'used') : 'not used'),
    exact: (run) => run.fallbackLlmModelId,
  },
  { name: 'Primary failure', text: (run) => run.primaryFailureReason },
  named(
    'Task',
    (run) => run.taskId,
    (run) => run.task.name,
  ),
  named(
    'Task revision',
    (run) => run.taskRevisionId,
    (run) => run.taskRevision.name,
  ),
  { name: 'Reporting group', text: (run) => run.reportingGroup?.name ?? null },
  { name: 'Reference', text: (run) => run.reference },
  { name: 'Context', text: (run) => run.contextId },
  named(
    'User',
    (run) => run.userId,
    (run) => run.user?.name,
  ),
];

function duration(name: string, read: (run: ComparedRun) => number | null): Figure {
  const withSeconds = (format: (seconds: number) => string) => (run: ComparedRun) => {
    const seconds = read(run);
    return seconds === null ? null : format(seconds);
  };
  return {
    name,
    amount: read,
    text: withSeconds(formatDuration),
    exact: withSeconds(exactSeconds),
    formatDifference: (decimal) => decimal.slice(0, 1) + formatDuration(Number(decimal.slice(1))),
  };
}

/** Describes something that has an id and, if its organization named it, a name. */
function named(
  name: string,
  idOf: (run: ComparedRun) => string | null,
  nameOf: (run: ComparedRun) => string | null | undefined,
): Figure {
  const text = (run: ComparedRun) => {
    const id = idOf(run);
    return nameOf(run) ?? (id && shortId(id));
  };
  return { name, text, exact: idOf };
}
