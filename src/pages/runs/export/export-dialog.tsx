import './export-dialog.css';
import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../shared/api/error-sentence.js';
import { useQuery } from '../../shared/api/use-query.js';
import { CopyButton } from '../../shared/copy-button.js';
import { countOf, formatBytes, formatCount } from '../../shared/format/format-quantity.js';
import { countExportQuery, type TaskRunFilter } from '../operations.js';
import { type Scope, useHasPayload } from '../scope/scope.js';
import {
  columnGroups,
  defaultGroups,
  type ExportRequest,
  exportAsCurl,
  formats,
  usageGroups,
} from './export-request.js';
import { canWriteFiles, type ExportProgress, saveExport } from './save-export.js';

interface ExportDialogProps {
  readonly scope: Scope;
  readonly filter: TaskRunFilter;
  readonly onClose: () => void;
}

const maxCount = 100_000;
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' | 'done'; readonly progress: ExportProgress }
  | { readonly kind: 'failed'; readonly error: unknown };

/** All runs of the list as a file: how many they are, in which form, and how far it is. */
export function ExportDialog({ scope, filter, onClose }: ExportDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const controller = useRef<AbortController>(undefined);
  const [format, setFormat] = useState<ExportRequest['format']>(formats[0]);
  const hasPayload = useHasPayload(scope);
  const [groups, setGroups] = useState(hasPayload ? defaultGroups : usageGroups);
  const offered = columnGroups.filter(([name]) => hasPayload || usageGroups.includes(name));
  const [state, setState] = useState<State>({ kind: 'idle' });
  const counted = useQuery(countExportQuery, { ...scope, filter, max: maxCount });
  const count = counted.response?.data?.taskRuns?.countUpTo ?? undefined;
  const request = { scope, filter, format, groups };
  useEffect(() => {
    dialog.current!.showModal();
    return () => controller.current?.abort();
  }, []);
  const start = async () => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setState({ kind: 'running', progress: { bytes: 0, rows: undefined } });
    try {
      const progress = await saveExport(request, signal, (each) => setState({ kind: 'running', progress: each }));
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
    <dialog ref={dialog} className="export-dialog" aria-labelledby="export-title" onClose={onClose}>
      <h2 id="export-title">Export the runs of the list</h2>
      <p>
        {count ? countText(count) : counted.error === undefined ? 'Counting …' : sentenceOf(counted.error)}
        {' In the order of their changes, as they are now.'}
      </p>
      <fieldset disabled={isRunning}>
        <legend>Format</legend>
        {formats.map((each) => (
          <label key={each.name}>
            <input type="radio" name="format" checked={format === each} onChange={() => setFormat(each)} />
            {each.label}
          </label>
        ))}
      </fieldset>
      <fieldset className="export-columns" disabled={isRunning}>
        <legend>Columns</legend>
        {offered.map(([name, label]) => (
          <label key={name}>
            <input type="checkbox" checked={groups.includes(name)} onChange={() => toggle(name)} />
            {label}
          </label>
        ))}
      </fieldset>
      {isRunning && (
        <progress
          aria-label="Progress of the export"
          {...(count?.isExact && state.progress.rows !== undefined && { max: count.count, value: state.progress.rows })}
        />
      )}
      <output className={state.kind === 'failed' ? 'export-failure' : ''}>{stateText(state)}</output>
      <div className="export-actions">
        {isRunning ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="button" className="primary" disabled={groups.length === 0} onClick={start}>
            Export
          </button>
        )}
        <CopyButton text={() => exportAsCurl(request)} label="as curl">
          Copy as curl
        </CopyButton>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      {!canWriteFiles && <small>This browser can save up to 200 MB; the command for curl has no limit.</small>}
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
