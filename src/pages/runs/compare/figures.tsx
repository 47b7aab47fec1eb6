import { shortId } from '../../shared/format/format-id.js';
import {
  exactSeconds,
  formatBytes,
  formatCount,
  formatCredits,
  formatDuration,
} from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { ComparedRun } from '../operations.js';
import { RunStatus } from '../run-status.js';
import { urlOfRun } from '../run-url.js';
import { Difference } from '../statistics/difference.js';
import { decimalDifference } from './decimal-difference.js';

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
  { name: 'Primary model’s failure', text: (run) => run.primaryFailureReason },
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

interface FiguresProps {
  readonly baseline: ComparedRun;
  readonly run: ComparedRun;
}

/** Shows the figures and references of both runs, with their differences. */
export function Figures({ baseline, run }: FiguresProps) {
  const isKnown = ({ text }: Figure) => text(baseline) !== null || text(run) !== null;
  return (
    <table className="compared-figures panel number">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Figure</span>
          </th>
          <th scope="col">
            Baseline <RunLink run={baseline} />
          </th>
          <th scope="col">
            This run <RunLink run={run} />
          </th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {[...amounts, ...texts].filter(isKnown).map((figure) => (
          <FigureRow key={figure.name} figure={figure} baseline={baseline} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function RunLink({ run }: { readonly run: ComparedRun }) {
  return (
    <>
      <RunStatus {...run} />{' '}
      <a href={urlOfRun(run)} title={run.id}>
        {formatTime(run.created)}
      </a>
    </>
  );
}

function FigureRow({ figure, baseline, run }: FiguresProps & { readonly figure: Figure }) {
  const { name, amount, text, exact, formatDifference = formatDecimal } = figure;
  const [before, after] = [text(baseline), text(run)];
  const [old, fresh] = [amount?.(baseline) ?? null, amount?.(run) ?? null];
  const difference = amount && decimalDifference(asText(old), asText(fresh));
  const isEqual = before === after && !difference && exact?.(baseline) === exact?.(run);
  return (
    <tr className={isEqual ? 'equal' : ''}>
      <th scope="row">{name}</th>
      <td title={exact?.(baseline) ?? undefined}>{before ?? <span className="none">none</span>}</td>
      <td title={exact?.(run) ?? undefined}>{after ?? <span className="none">none</span>}</td>
      <td>
        {isEqual ? (
          'equal'
        ) : difference ? (
          <>
            {formatDifference(difference)} <Difference now={fresh} before={old} />
          </>
        ) : (
          'differs'
        )}
      </td>
    </tr>
  );
}

/** Adds thousands separators. */
function formatDecimal(decimal: string): string {
  const [integer = '', ...fraction] = decimal.split('.');
  return [formatCount(integer), ...fraction].join('.');
}

function asText(value: number | string | null): string | null {
  return value === null ? null : String(value);
}
