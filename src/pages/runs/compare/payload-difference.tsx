import { useMemo, useState } from 'react';
import { countOf, formatCount } from '../../shared/format/format-quantity.js';
import { parseJson } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import type { ComparedRun } from '../operations.js';
import { type PayloadName, usePayload } from '../run/payload.js';
import { ReadableValue } from '../values/readable-json.js';
import type { ComparisonOptions } from './comparison-options.js';
import { type Difference, isDifference, isWhole, type Side, sidesOf } from './difference-sides.js';
import { compareJson, type DifferenceRow } from './json-difference.js';
import type { TextPiece } from './text-difference.js';

const pageSize = 100;

interface PayloadDifferenceProps {
  readonly title: string;
  readonly name: PayloadName;
  readonly baseline: ComparedRun;
  readonly run: ComparedRun;
  readonly options: ComparisonOptions;
}

/** The differences between JSON of two runs, with equal parts collapsed. */
export function PayloadDifference({ title, name, baseline, run, options }: PayloadDifferenceProps) {
  const bytesOf = ({ responseBytes }: ComparedRun) => (name === 'response' ? responseBytes : null);
  const [before, after] = [
    usePayload(pathOf(baseline), name, bytesOf(baseline)),
    usePayload(pathOf(run), name, bytesOf(run)),
  ];
  const both = [before, after];
  const failed = both.find(({ error }) => error);
  const isLoading = both.some((payload) => payload.isLoading);
  const [old, fresh] = [before.text, after.text];
  return (
    <section className="difference-panel" aria-label={title} aria-busy={isLoading}>
      <h2>{title}</h2>
      {failed ? (
        <ErrorNotice error={failed.error} onRetry={failed.reload} />
      ) : isLoading ? (
        <p className="faint">Loading …</p>
      ) : old === undefined || fresh === undefined ? (
        <p>
          This is large and was not read in full.{' '}
          <button
            type="button"
            onClick={() => {
              for (const { text, readAll } of both) if (text === undefined) readAll();
            }}
          >
            Compare anyway
          </button>
        </p>
      ) : (
        <Rows before={old} after={fresh} options={options} />
      )}
    </section>
  );
}

function pathOf({ orgId, projectId, taskId, id }: ComparedRun) {
  return { orgId, projectId, taskId, id };
}

interface RowsProps {
  readonly before: string | null;
  readonly after: string | null;
  readonly options: ComparisonOptions;
}

function Rows({ before, after, options }: RowsProps) {
  const [wanted, setShown] = useState(pageSize);
  const rows = useMemo(() => rowsOf(before, after), [before, after]);
  if (rows === undefined)
    return <p className="faint">{before === null && after === null ? 'Neither run has one.' : ''}</p>;
  if (!rows.some(isDifference)) return <EqualRow row={rows[0]!} label="Both are equal" />;
  const listed = options.isOnlyDifferent ? rows.filter(isDifference) : rows;
  return (
    <>
      {options.isParallel && (
        <p className="sides-names faint">
          <span>Baseline</span>
          <span>This run</span>
        </p>
      )}
      <ol className={`panel rows ${options.isParallel ? 'sides-parallel' : 'sides-inline'}`}>
        {listed.slice(0, wanted).map((row, index) => (
          <li key={`${row.path} ${index}`} className={row.kind}>
            {isDifference(row) ? (
              <DifferentRow row={row} isParallel={options.isParallel} />
            ) : (
              <EqualRow row={row} label={countOf(row.members.length, 'equal value')} />
            )}
          </li>
        ))}
      </ol>
      {listed.length > wanted && (
        <button type="button" className="link" onClick={() => setShown(wanted + pageSize)}>
          Show more: {wanted} of {formatCount(listed.length)} are shown
        </button>
      )}
    </>
  );
}

/** Returns `undefined` if neither run has a value. */
function rowsOf(before: string | null, after: string | null): readonly DifferenceRow[] | undefined {
  const [old, fresh] = [before, after].map((text) => (text === null ? undefined : parseJson(text)));
  if (old !== undefined && fresh !== undefined) return compareJson(old, fresh);
  if (old !== undefined) return [{ kind: 'removed', path: '', value: old }];
  return fresh && [{ kind: 'added', path: '', value: fresh }];
}

const notes = { added: 'only in this run', removed: 'only in the baseline', changed: '', text: '' } as const;

function DifferentRow({ row, isParallel }: { readonly row: Difference; readonly isParallel: boolean }) {
  const { before, after, merged } = useMemo(() => sidesOf(row), [row]);
  return (
    <>
      <div className="difference-path faint">
        <code>{row.path || '/'}</code>
        <span>{notes[row.kind]}</span>
      </div>
      <div className="difference-value readable">
        {merged !== undefined && !isParallel ? (
          <Pieces pieces={merged} />
        ) : (
          <>
            <SideOf side={before} kind="removed" />
            <SideOf side={after} kind="added" />
          </>
        )}
      </div>
    </>
  );
}

interface SideProps {
  readonly side: Side | undefined;
  readonly kind: 'removed' | 'added';
}

/** The value of one run, marked by a sign and a colour. A missing value takes a column only next to the other one. */
function SideOf({ side, kind }: SideProps) {
  if (side === undefined) return <div className="side-missing" />;
  const Tag = kind === 'added' ? 'ins' : 'del';
  return (
    <div className={`side ${kind} ${isWhole(side) ? 'whole' : ''}`}>
      {side.kind === 'value' ? (
        <Tag>
          <ReadableValue tree={side.tree} depth={1} />
        </Tag>
      ) : (
        <Pieces pieces={side.pieces} />
      )}
    </div>
  );
}

function Pieces({ pieces }: { readonly pieces: readonly TextPiece[] }) {
  return pieces.map((piece, index) => (
    <Piece key={index} piece={piece} isFirst={index === 0} isLast={index === pieces.length - 1} />
  ));
}

/** Maximum number of names in a summary. */
const maxNames = 20;

interface EqualRowProps {
  readonly row: DifferenceRow;
  readonly label: string;
}

function EqualRow({ row, label }: EqualRowProps) {
  const [isOpen, setOpen] = useState(false);
  if (row.kind !== 'equal') return null;
  const names = row.members.slice(0, maxNames).map(({ name }) => name);
  const isCut = row.members.length > maxNames;
  return (
    <details className="equal-values" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="one-line faint">
        {label} <code>{`${row.path === '' ? '' : `${row.path}: `}${names.join(', ')}${isCut ? ', …' : ''}`}</code>
      </summary>
      {isOpen && (
        <dl className="readable stack">
          {row.members.map(({ name, value }, index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>
                <ReadableValue tree={value} depth={1} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}

/** The number of equal characters shown around a difference. */
const context = 160;

interface PieceProps {
  readonly piece: TextPiece;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function Piece({ piece: { kind, text }, isFirst, isLast }: PieceProps) {
  const [isOpen, setOpen] = useState(false);
  if (kind !== 'same') {
    const Tag = kind === 'added' ? 'ins' : 'del';
    return (
      <Tag>
        <LongText text={text} />
      </Tag>
    );
  }
  const begin = isFirst ? 0 : context;
  const end = isLast ? 0 : context;
  if (isOpen || text.length <= begin + end + context) return <LongText text={text} />;
  return (
    <>
      {text.slice(0, begin)}
      <button type="button" className="link" onClick={() => setOpen(true)}>
        … {formatCount(text.length - begin - end)} equal characters …
      </button>
      {text.slice(text.length - end)}
    </>
  );
}
