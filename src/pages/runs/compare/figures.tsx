import { formatBytes, formatCount, formatCredits, formatSeconds } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { ComparedRun } from '../operations.js';
import { RunStatus } from '../run-status.js';
import { urlOfRun } from '../run-url.js';
import { Difference } from '../statistics/difference.js';
import { decimalDifference } from './decimal-difference.js';

interface Figure {
  readonly name: string;
  /** The number that is compared; of texts there is none. */
  amount?(run: ComparedRun): number | string | null;
  text(run: ComparedRun): string | null;
  /** A larger value is worse. */
  readonly isCost?: boolean;
}

const amounts: readonly Figure[] = [
  {
    name: 'LLM call',
    amount: (run) => run.llmCallTiming,
    text: (run) => formatSeconds(run.llmCallTiming),
    isCost: true,
  },
  {
    name: 'Input processors',
    amount: (run) => run.inputProcessorTiming,
    text: (run) => formatSeconds(run.inputProcessorTiming),
    isCost: true,
  },
  { name: 'Tokens', amount: (run) => run.totalTokens, text: (run) => formatCount(run.totalTokens), isCost: true },
  { name: 'Tokens in', amount: (run) => run.inputTokens, text: (run) => formatCount(run.inputTokens), isCost: true },
  { name: 'Tokens out', amount: (run) => run.outputTokens, text: (run) => formatCount(run.outputTokens), isCost: true },
  {
    name: 'Credits',
    amount: (run) => run.chargedCredits,
    text: (run) => run.chargedCredits && formatCredits(run.chargedCredits),
    isCost: true,
  },
  { name: 'Retries', amount: (run) => run.llmRetries, text: (run) => String(run.llmRetries), isCost: true },
  {
    name: 'Response',
    amount: (run) => run.responseBytes,
    text: (run) => (run.responseBytes === null ? null : formatBytes(run.responseBytes)),
  },
  { name: 'Files', amount: (run) => run.files?.length ?? null, text: (run) => String(run.files?.length ?? 'unknown') },
];

const texts: readonly Figure[] = [
  { name: 'Fallback model', text: (run) => (run.usedFallbackModel ? 'used' : 'not used') },
  { name: 'Failure reason', text: (run) => run.primaryFailureReason },
  { name: 'Task', text: (run) => run.task.name ?? run.taskId },
  { name: 'Task revision', text: (run) => run.taskRevisionId },
  { name: 'Reporting group', text: (run) => run.reportingGroup?.name ?? null },
  { name: 'Reference', text: (run) => run.reference },
  { name: 'Context', text: (run) => run.contextId },
  { name: 'User', text: (run) => run.userId },
];

interface FiguresProps {
  readonly baseline: ComparedRun;
  readonly run: ComparedRun;
}

/** Shows figures and references of both runs, with the differences. */
export function Figures({ baseline, run }: FiguresProps) {
  const isKnown = ({ text }: Figure) => text(baseline) !== null || text(run) !== null;
  return (
    <table className="figures">
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
  const { name, amount, text, isCost = false } = figure;
  const [before, after] = [text(baseline), text(run)];
  const [old, fresh] = [amount?.(baseline) ?? null, amount?.(run) ?? null];
  const difference = amount && decimalDifference(asText(old), asText(fresh));
  const isEqual = before === after && !difference;
  return (
    <tr className={isEqual ? 'equal' : ''}>
      <th scope="row">{name}</th>
      <td>{before ?? <span className="none">none</span>}</td>
      <td>{after ?? <span className="none">none</span>}</td>
      <td>
        {isEqual ? (
          'equal'
        ) : difference ? (
          <>
            {formatDecimal(difference)} <Difference now={fresh} before={old} isCost={isCost} />
          </>
        ) : (
          'differs'
        )}
      </td>
    </tr>
  );
}

/** With its thousands grouped. */
function formatDecimal(decimal: string): string {
  const [integer = '', ...fraction] = decimal.split('.');
  return [formatCount(integer), ...fraction].join('.');
}

function asText(value: number | string | null): string | null {
  return value === null ? null : String(value);
}
