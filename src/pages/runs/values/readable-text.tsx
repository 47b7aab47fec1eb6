import { useMemo } from 'react';
import type { JsonTree } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';
import { jsonInText, looksLikeCode } from './text-form.js';
import { TextWithTracebacks } from './text-with-tracebacks.js';

export interface ValueProps {
  readonly tree: JsonTree;
  readonly depth: number;
  /** The name of the member, if it has one. */
  readonly name?: string;
}

/**
 * The component for nested values. It is passed as a property, because its module imports those for texts and
 * conversations.
 */
export type ValueComponent = React.ComponentType<ValueProps>;

interface ReadableTextProps {
  readonly text: string;
  readonly depth: number;
  /** The name of the member, if it has one. */
  readonly name?: string | undefined;
  readonly Value: ValueComponent;
  /** Shows text that is neither JSON nor a traceback. */
  readonly Plain?: React.ComponentType<{ readonly text: string }>;
}

/** A string of a payload in its most readable form: JSON as values, code in a monospace font, the rest as text. */
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
