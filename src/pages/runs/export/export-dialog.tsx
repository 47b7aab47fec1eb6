import './export-dialog.css';
import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../shared/api/error-sentence.js';
import { useQuery } from '../../shared/api/use-query.js';
import { CopyButton } from '../../shared/copy-button.js';
import { countOf, formatBytes, formatCount } from '../../shared/format/format-quantity.js';
import { periodOf } from '../filters/period.js';
import { useLocation } from '../navigation.js';
import { countExportQuery, type TaskRunFilter, type TaskRunOrder } from '../operations.js';
import { useHasPayload, useScopeName } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import { type Column, withColumnsForPeople } from '../table/columns.js';
import {
  columnGroups,
  defaultGroups,
  exportAsCurl,
  type Format,
  fileNameOf,
  streamFormats,
  tableFormat,
  usageGroups,
} from './export-request.js';
import { maxTableRuns, tableOf } from './list-table.js';
import { canWriteFiles, type ExportProgress, saveExport, streamedExport } from './save-export.js';

export interface ExportDialogProps {
  readonly scope: Scope;
  readonly filter: TaskRunFilter;
  readonly order: TaskRunOrder;
  /** The columns of the list. */
  readonly columns: readonly Column[];
  /** Ids of the runs; `undefined` means all runs of the list. */
  readonly selected: readonly string[] | undefined;
  readonly onClose: () => void;
}

const maxCount = 100_000;
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' | 'done'; readonly progress: ExportProgress }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Exports the runs of the list to a file: shows their number, the choice of formats, and the progress. */
export function ExportDialog({ scope, filter, order, columns, selected, onClose }: ExportDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const controller = useRef<AbortController>(undefined);
  const [format, setFormat] = useState<Format>(tableFormat);
  const hasPayload = useHasPayload(scope);
  const [groups, setGroups] = useState(hasPayload ? defaultGroups : usageGroups);
  const offered = columnGroups.filter(([name]) => hasPayload || usageGroups.includes(name));
  const [state, setState] = useState<State>({ kind: 'idle' });
  const counted = useQuery(countExportQuery, selected ? undefined : { ...scope, filter, max: maxCount });
  const count = selected
    ? { count: selected.length, isExact: true }
    : (counted.response?.data?.taskRuns?.countUpTo ?? undefined);
  const { params } = useLocation();
  const fileName = fileNameOf(useScopeName(scope), periodOf(params, Date.now()), format);
  const isTooLarge = count !== undefined && count.count > maxTableRuns;
  const isTable = format.name === 'table';
  const chunks = (signal: AbortSignal) =>
    format.name === 'table'
      ? tableOf({ scope, filter, order, selected, columns: withColumnsForPeople(columns, scope, hasPayload) }, signal)
      : streamedExport({ scope, filter, format, groups }, signal);
  useEffect(() => {
    dialog.current!.showModal();
    return () => controller.current?.abort();
  }, []);
  const start = async () => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setState({ kind: 'running', progress: { bytes: 0, rows: undefined } });
    try {
      const progress = await saveExport(
        { name: fileName, format },
        () => chunks(signal),
        (progressSoFar) => setState({ kind: 'running', progress: progressSoFar }),
      );
      setState(progress === undefined ? { kind: 'idle' } : { kind: 'done', progress });
    } catch (error) {
      if (!signal.aborted) setState({ kind: 'failed', error });
    }
  };
  const stop = () => {
    controller.current?.abort();
    setState({ kind: 'idle' });
  };
  const isRunning = state.kind === 'running';
  const toggle = (group: string) =>
    setGroups((present) =>
      columnGroups.flatMap(([name]) => (present.includes(name) !== (name === group) ? [name] : [])),
    );
  return (
    <dialog ref={dialog} className="export-dialog card" aria-labelledby="export-title" onClose={onClose}>
      <h2 id="export-title">{selected ? 'Export the selected runs' : 'Export the runs of the list'}</h2>
      <p>{count ? countText(count) : counted.error === undefined ? 'Counting …' : sentenceOf(counted.error)}</p>
      <fieldset className="row" disabled={isRunning}>
        <legend className="faint">Format</legend>
        {(selected ? [tableFormat] : [tableFormat, ...streamFormats]).map((option) => (
          <label key={option.name}>
            <input
              type="radio"
              name="format"
              checked={format === option}
              disabled={option === tableFormat && isTooLarge}
              onChange={() => setFormat(option)}
            />
            {option.label}
          </label>
        ))}
      </fieldset>
      {isTable ? (
        <p>
          {isTooLarge
            ? `A spreadsheet has at most ${formatCount(maxTableRuns)} runs. The other formats have all of them.`
            : 'The columns of the list in its order, with task, kind of failure and message.'}
        </p>
      ) : (
        <fieldset className="export-columns" disabled={isRunning}>
          <legend className="faint">Data, in the order of changes</legend>
          {offered.map(([name, label]) => (
            <label key={name}>
              <input type="checkbox" checked={groups.includes(name)} onChange={() => toggle(name)} />
              {label}
            </label>
          ))}
        </fieldset>
      )}
      {isRunning && (
        <progress
          aria-label="Progress of the export"
          {...(count?.isExact && state.progress.rows !== undefined && { max: count.count, value: state.progress.rows })}
        />
      )}
      <output className={`number ${state.kind === 'failed' ? 'problem' : ''}`}>{stateText(state)}</output>
      <div className="row">
        {isRunning ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            className="primary"
            disabled={isTable ? isTooLarge : groups.length === 0}
            onClick={start}
          >
            Export
          </button>
        )}
        {format.name !== 'table' && (
          <CopyButton text={() => exportAsCurl({ scope, filter, format, groups }, fileName)} label="as curl">
            Copy as curl
          </CopyButton>
        )}
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      {!canWriteFiles && !isTable && (
        <small className="muted">This browser can save up to 200 MB; the command for curl has no limit.</small>
      )}
    </dialog>
  );
}

function countText({ count, isExact }: { readonly count: number; readonly isExact: boolean }): string {
  return isExact ? `${countOf(count, 'run')}.` : `More than ${formatCount(count)} runs.`;
}

function stateText(state: State): string {
  if (state.kind === 'idle') return '';
  if (state.kind === 'failed') return sentenceOf(state.error);
  const { bytes, rows } = state.progress;
  const size = rows === undefined ? formatBytes(bytes) : `${countOf(rows, 'run')}, ${formatBytes(bytes)}`;
  return state.kind === 'running' ? `${size} so far` : `Saved: ${size}`;
}
