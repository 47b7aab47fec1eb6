import { useMemo, useState } from 'react';
import { ErrorNotice } from '../../shared/error-notice.js';
import { countOf, formatCount } from '../../shared/format/format-quantity.js';
import { parseJson } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';
import type { ComparedRun } from '../operations.js';
import { type PayloadName, usePayload } from '../run/payload.js';
import { ReadableValue } from '../values/readable-json.js';
import { compareJson, type DifferenceRow } from './json-difference.js';
import { compareTexts, type TextPiece } from './text-difference.js';

const pageSize = 100;

interface PayloadDifferenceProps {
  readonly title: string;
  readonly name: PayloadName;
  readonly baseline: ComparedRun;
  readonly run: ComparedRun;
}

/** The differences between JSON of two runs, with equal parts collapsed. */
export function PayloadDifference({ title, name, baseline, run }: PayloadDifferenceProps) {
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
          This is large, and was not read whole.{' '}
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
        <Rows before={old} after={fresh} />
      )}
    </section>
  );
}

function pathOf({ orgId, projectId, taskId, id }: ComparedRun) {
  return { orgId, projectId, taskId, id };
}

function Rows({ before, after }: { readonly before: string | null; readonly after: string | null }) {
  const [shown, setShown] = useState(pageSize);
  const rows = useMemo(() => rowsOf(before, after), [before, after]);
  if (rows === undefined) return <p className="faint">{before === null && after === null ? 'Neither has one.' : ''}</p>;
  if (rows.every(({ kind }) => kind === 'equal')) return <EqualRow row={rows[0]!} label="Both are equal" />;
  return (
    <>
      <ol className="panel rows">
        {rows.slice(0, shown).map((row, index) => (
          <li key={index} className={row.kind}>
            <Row row={row} />
          </li>
        ))}
      </ol>
      {rows.length > shown && (
        <button type="button" className="link" onClick={() => setShown(shown + pageSize)}>
          Show more: {shown} of {formatCount(rows.length)} are shown
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

function Row({ row }: { readonly row: DifferenceRow }) {
  if (row.kind === 'equal') return <EqualRow row={row} label={`${countOf(row.members.length, 'equal value')}`} />;
  return (
    <>
      <div className="difference-path faint">
        <code>{row.path || '/'}</code>
        <span>{row.kind === 'added' ? 'only in this run' : row.kind === 'removed' ? 'only in the baseline' : ''}</span>
      </div>
      <div className="difference-value readable">
        {row.kind === 'text' ? (
          <TextRow before={row.before} after={row.after} />
        ) : row.kind === 'changed' ? (
          <>
            <del>
              <ReadableValue tree={row.before} depth={1} />
            </del>{' '}
            <ins>
              <ReadableValue tree={row.after} depth={1} />
            </ins>
          </>
        ) : (
          <div className={row.kind}>
            <ReadableValue tree={row.value} depth={1} />
          </div>
        )}
      </div>
    </>
  );
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

function TextRow({ before, after }: { readonly before: string; readonly after: string }) {
  const pieces = useMemo(() => compareTexts(before, after), [before, after]);
  return pieces.map((piece, index) => (
    <Piece key={index} piece={piece} isFirst={index === 0} isLast={index === pieces.length - 1} />
  ));
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
