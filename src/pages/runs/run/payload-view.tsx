import './payload-view.css';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { CopyButton } from '../../shared/copy-button.js';
import { formatBytes } from '../../shared/format/format-quantity.js';
import { FindContext } from '../../shared/json/find-context.js';
import { JsonView, LongText } from '../../shared/json/json-view.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { FindIn } from '../find/find-in.js';
import type { ReachedMessage } from '../values/reached-message.js';
import { ReadableJson } from '../values/readable-json.js';
import type { Payload } from './payload.js';

const forms = ['Read', 'JSON', 'Raw'] as const;
type Form = (typeof forms)[number];

/** Shorter texts are read at a glance. */
const minFound = 200;

interface PayloadViewProps {
  readonly title: string;
  readonly payload: Payload;
  readonly bytes?: number | null;
  /** The message to which a list of messages has led, which only the readable form shows. */
  readonly reached?: ReachedMessage | undefined;
}

/** JSON of a run: in readable form, as a tree, or as its text. */
export function PayloadView({ title, payload, bytes, reached }: PayloadViewProps) {
  const [form, setForm] = useState<Form>('Read');
  const [term, setTerm] = useState('');
  const body = useRef<HTMLDivElement>(null);
  const { text } = payload;
  useEffect(() => {
    if (reached !== undefined) setForm('Read');
  }, [reached]);
  return (
    <section className="payload panel" aria-label={title} aria-busy={payload.isLoading}>
      <header className="row">
        <h2>{title}</h2>
        {typeof text === 'string' && <span className="faint">{formatBytes(new Blob([text]).size)}</span>}
        {typeof text === 'string' && text.length > minFound && (
          <FindIn title={title} body={body} term={term} onTerm={setTerm} />
        )}
        <div className="payload-forms screen-only">
          {forms.map((option) => (
            <button
              key={option}
              type="button"
              aria-pressed={option === form}
              disabled={typeof text !== 'string'}
              onClick={() => setForm(option)}
            >
              {option}
            </button>
          ))}
          <CopyButton text={() => text ?? ''} label={`${title} as JSON`} isDisabled={typeof text !== 'string'} />
        </div>
      </header>
      <div className="payload-body" ref={body}>
        <FindContext value={useDeferredValue(term.toLowerCase())}>
          <Body payload={payload} form={form} title={title} bytes={bytes ?? null} />
        </FindContext>
      </div>
    </section>
  );
}

interface BodyProps {
  readonly payload: Payload;
  readonly form: Form;
  readonly title: string;
  readonly bytes: number | null;
}

function Body({ payload: { text, preview, error, isLoading, reload, readAll }, form, title, bytes }: BodyProps) {
  if (error) return <ErrorNotice error={error} onRetry={reload} />;
  if (isLoading) return <p className="faint">Loading …</p>;
  if (text === null) return <p className="faint">None.</p>;
  if (text === undefined) {
    return (
      <>
        <p>
          This is large: only its beginning was read.{' '}
          <button type="button" onClick={readAll}>
            Show all{bytes !== null && ` ${formatBytes(bytes)}`}
          </button>
        </p>
        <pre className="raw">{preview}</pre>
      </>
    );
  }
  if (form === 'Read') return <ReadableJson text={text} />;
  if (form === 'JSON') return <JsonView text={text} label={title} />;
  return (
    <pre className="raw">
      <LongText text={text} />
    </pre>
  );
}
