import { useState } from 'react';
import { countOf } from '../../shared/format/format-quantity.js';
import { urlOf } from '../navigation.js';
import { type Finding, summaryOf } from './findings.js';

/** The number of changes, which opens them. Until it is known, the line is empty, so that nothing moves. */
export function FindingsLine({ findings }: { readonly findings: readonly Finding[] | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const hasChanges = findings !== undefined && findings.length > 0;
  return (
    <div className="findings">
      <p className="findings-line" role="status">
        {hasChanges ? (
          <button type="button" className="bare" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {summaryOf(findings)}
          </button>
        ) : (
          findings && <span className="faint">{summaryOf(findings)}</span>
        )}
      </p>
      {hasChanges && isOpen && (
        <ul className="panel rows">
          {findings.map(({ what, figures, place, runs, list }) => (
            <li key={`${list}`}>
              <div>
                <a href={urlOf('runs', list)}>{what}</a>
                <p className="faint">
                  {figures} · {place}
                </p>
              </div>
              <b className="number one-line">{countOf(runs, 'run')}</b>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
