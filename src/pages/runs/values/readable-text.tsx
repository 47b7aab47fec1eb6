import { useMemo } from 'react';
import type { JsonTree } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';
import { jsonInText, looksLikeCode } from './text-form.js';
import { TextWithTracebacks } from './text-with-tracebacks.js';

export interface ValueProps {
  readonly tree: JsonTree;
  readonly depth: number;
  /** The member's, where it has one. */
  readonly name?: string;
}

/** The component of nested values. It is passed as a property, because its module imports those of texts and conversations. */
export type ValueComponent = React.ComponentType<ValueProps>;

interface ReadableTextProps {
  readonly text: string;
  readonly depth: number;
  /** The member's, where it has one. */
  readonly name?: string | undefined;
  readonly Value: ValueComponent;
  /** Shows what is neither JSON nor a traceback. */
  readonly Plain?: React.ComponentType<{ readonly text: string }>;
}

/** A string of a payload in the form in which it is best read: JSON as values, code in the font of code, the rest as text. */
export function ReadableText({ text, depth, name, Value, Plain }: ReadableTextProps) {
  const tree = useMemo(() => jsonInText(text), [text]);
  const isCode = useMemo(() => looksLikeCode(text, name), [text, name]);
  if (tree === undefined) return <TextWithTracebacks text={text} Plain={Plain ?? (isCode ? CodeText : LongText)} />;
  return (
    <div className="json-in-text">
      <Value tree={tree} depth={depth + 1} />
    </div>
  );
}

export function CodeText({ text }: { readonly text: string }) {
  return (
    <pre className="raw">
      <LongText text={text} />
    </pre>
  );
}
