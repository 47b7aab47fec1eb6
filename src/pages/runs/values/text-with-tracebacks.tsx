import './texts.css';
import { Fragment, useMemo, useState } from 'react';
import { formatCount } from '../../shared/format/format-quantity.js';
import { useFindTerm } from '../../shared/json/find-context.js';
import { LongText } from '../../shared/json/json-view.js';
import { splitTracebacks, type Traceback } from './tracebacks.js';

interface TextProps {
  readonly text: string;
  /** Shows the text between tracebacks. */
  readonly Plain?: React.ComponentType<{ readonly text: string }>;
}

/** A text with collapsed tracebacks. Each is preceded by the line that names the error. */
export function TextWithTracebacks({ text, Plain = LongText }: TextProps) {
  const parts = useMemo(() => splitTracebacks(text), [text]);
  return parts.map((part, index) => (
    <Fragment key={index}>
      {typeof part === 'string' ? <Plain text={part} /> : <FoldedTraceback traceback={part} />}
    </Fragment>
  ));
}

function FoldedTraceback({ traceback: { title, text, lines } }: { readonly traceback: Traceback }) {
  const [isOpened, setOpen] = useState(false);
  const term = useFindTerm();
  const isOpen = isOpened || term.isIn(text);
  const toggle = ({ currentTarget }: React.ToggleEvent<HTMLDetailsElement>) => {
    // Details that a search opened close with it.
    if (currentTarget.open !== isOpen) setOpen(currentTarget.open);
  };
  return (
    <details className="traceback panel" open={isOpen} onToggle={toggle}>
      <summary>
        <code>
          <LongText text={title} />
        </code>
        <small className="faint">Traceback, {formatCount(lines)} lines</small>
      </summary>
      {isOpen && (
        <pre className="raw">
          <LongText text={text} />
        </pre>
      )}
    </details>
  );
}
