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
import { type Column, furtherTableColumns, withColumnsForPeople } from '../table/columns.js';
import { CheckboxGroup } from './checkbox-group.js';
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
import { canWriteFiles, streamedExport } from './save-export.js';
import { type ExportState, useExport } from './use-export.js';

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

/** The number of runs to export. */
interface RunCount {
  readonly count: number;
  readonly isExact: boolean;
}

/** Exports the runs of the list to a file: shows their number, the choice of formats, and the progress. */
export function ExportDialog({ scope, filter, order, columns, selected, onClose }: ExportDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [format, setFormat] = useState<Format>(tableFormat);
  const hasPayload = useHasPayload(scope);
  const [groups, setGroups] = useState(hasPayload ? defaultGroups : usageGroups);
  const [further, setFurther] = useState<readonly string[]>([]);
  const counted = useQuery(countExportQuery, selected ? undefined : { ...scope, filter, max: maxCount });
  const count = selected
    ? { count: selected.length, isExact: true }
    : (counted.response?.data?.taskRuns?.countUpTo ?? undefined);
  const { params } = useLocation();
  const fileName = fileNameOf(useScopeName(scope), periodOf(params, Date.now()), format);
  const running = useExport(fileName, format, (signal) =>
    format.name === 'table'
      ? tableOf(
          { scope, filter, order, selected, columns: withColumnsForPeople(columns, scope, hasPayload, further) },
          signal,
        )
      : streamedExport({ scope, filter, format, groups }, signal),
  );
  useEffect(() => dialog.current!.showModal(), []);
  const isTooLarge = count !== undefined && count.count > maxTableRuns;
  const isTable = format.name === 'table';
  const isRunning = running.state.kind === 'running';
  return (
    <dialog ref={dialog} className="export-dialog card" aria-labelledby="export-title" onClose={onClose}>
      <h2 id="export-title">{selected ? 'Export the selected runs' : 'Export the runs of the list'}</h2>
      <p>{count ? countText(count) : counted.error === undefined ? 'Counting …' : sentenceOf(counted.error)}</p>
      <FormatChoice
        formats={selected ? [tableFormat] : [tableFormat, ...streamFormats]}
        chosen={format}
        isTableTooLarge={isTooLarge}
        isDisabled={isRunning}
        onChange={setFormat}
      />
      {!isTable ? (
        <CheckboxGroup
          title="Data, in the order of changes"
          options={columnGroups.filter(([name]) => hasPayload || usageGroups.includes(name))}
          chosen={groups}
          isDisabled={isRunning}
          onChange={setGroups}
        />
      ) : isTooLarge ? (
        <p>{`A spreadsheet has at most ${formatCount(maxTableRuns)} runs. The other formats have all of them.`}</p>
      ) : (
        <>
          <p>The list’s columns in its order, and task, credits, kind of failure and message. Times are in UTC.</p>
          <CheckboxGroup
            title="Also"
            options={furtherTableColumns(columns)}
            chosen={further}
            isDisabled={isRunning}
            onChange={setFurther}
          />
        </>
      )}
      <Progress state={running.state} count={count} />
      <div className="row">
        {isRunning ? (
          <button type="button" onClick={running.stop}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            className="primary"
            disabled={isTable ? isTooLarge : groups.length === 0}
            onClick={running.start}
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
        <small className="muted">This browser can save up to 200 MB; the curl command has no limit.</small>
      )}
    </dialog>
  );
}

interface FormatChoiceProps {
  readonly formats: readonly Format[];
  readonly chosen: Format;
  readonly isTableTooLarge: boolean;
  readonly isDisabled: boolean;
  readonly onChange: (format: Format) => void;
}

function FormatChoice({ formats, chosen, isTableTooLarge, isDisabled, onChange }: FormatChoiceProps) {
  return (
    <fieldset className="row" disabled={isDisabled}>
      <legend className="faint">Format</legend>
      {formats.map((format) => (
        <label key={format.name}>
          <input
            type="radio"
            name="format"
            checked={format === chosen}
            disabled={format === tableFormat && isTableTooLarge}
            onChange={() => onChange(format)}
          />
          {format.label}
        </label>
      ))}
    </fieldset>
  );
}

function Progress({ state, count }: { readonly state: ExportState; readonly count: RunCount | undefined }) {
  return (
    <>
      {state.kind === 'running' && (
        <progress
          aria-label="Progress of the export"
          {...(count?.isExact && state.progress.rows !== undefined && { max: count.count, value: state.progress.rows })}
        />
      )}
      <output className={`number ${state.kind === 'failed' ? 'problem' : ''}`}>{stateText(state)}</output>
    </>
  );
}

function countText({ count, isExact }: RunCount): string {
  return isExact ? `${countOf(count, 'run')}.` : `More than ${formatCount(count)} runs.`;
}

function stateText(state: ExportState): string {
  if (state.kind === 'idle') return '';
  if (state.kind === 'failed') return sentenceOf(state.error);
  const { bytes, rows } = state.progress;
  const size = rows === undefined ? formatBytes(bytes) : `${countOf(rows, 'run')}, ${formatBytes(bytes)}`;
  return state.kind === 'running' ? `${size} so far` : `Saved: ${size}`;
}
