import './conversation.css';
import { useState } from 'react';
import { useFindTerm } from '../../shared/json/find-context.js';
import type { JsonTree } from '../../shared/json/json-tree.js';
import { plainText } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';
import { Markdown } from './markdown.js';
import type { Message, Part, ToolCall, ToolResult } from './messages.js';
import { CodeText, ReadableText, type ValueComponent } from './readable-text.js';
import { looksLikeCode, looksLikeMarkdown } from './text-form.js';

const pageSize = 100;

/** Properties that a conversation passes to all of its parts. */
interface PartProps {
  readonly depth: number;
  readonly Value: ValueComponent;
}

export interface ConversationProps extends PartProps {
  readonly messages: readonly Message[];
  readonly tree: JsonTree;
}

/** Chat messages, as blocks. */
export function Conversation({ messages, tree, depth, Value }: ConversationProps) {
  const [wanted, setShown] = useState(pageSize);
  const hasTerm = useFindTerm().isIn(tree.text);
  const shown = hasTerm ? messages.length : wanted;
  return (
    <>
      <ol className="conversation bare-list">
        {messages.slice(0, shown).map((message, index) => (
          <li key={index} className={`message stack ${message.role}`}>
            <div className="message-role faint">
              {message.role}
              {message.name !== undefined && <span> {message.name}</span>}
            </div>
            {message.parts.map((part, partIndex) => (
              <MessagePart key={partIndex} part={part} depth={depth} Value={Value} />
            ))}
            {message.others.length > 0 && (
              <dl className="small">
                {message.others.map(({ name, value }, otherIndex) => (
                  <div key={otherIndex}>
                    <dt>{name}</dt>
                    <dd>
                      <Value tree={value} depth={depth + 1} />
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
      {messages.length > shown && (
        <button type="button" className="link" onClick={() => setShown(shown + pageSize)}>
          Show more: {shown} of {messages.length} messages are shown
        </button>
      )}
    </>
  );
}

function MessagePart({ part, depth, Value }: PartProps & { readonly part: Part }) {
  switch (part.kind) {
    case 'text':
      return <MessageText text={part.text} depth={depth} Value={Value} />;
    case 'thinking':
      return (
        <div className="thinking muted">
          <MessageText text={part.text} depth={depth} Value={Value} />
        </div>
      );
    case 'call':
      return <Call call={part} depth={depth} Value={Value} />;
    case 'result':
      return <Result result={part} depth={depth} Value={Value} />;
    case 'value':
      return <Value tree={part.tree} depth={depth + 1} />;
  }
}

function MessageText({ text, depth, Value }: PartProps & { readonly text: string }) {
  return (
    <div className="message-text">
      <ReadableText text={text} depth={depth} Value={Value} Plain={FormattedText} />
    </div>
  );
}

function FormattedText({ text }: { readonly text: string }) {
  if (looksLikeMarkdown(text)) return <Markdown text={text} />;
  return looksLikeCode(text) ? <CodeText text={text} /> : <LongText text={text} />;
}

/** Shows a tool's input next to its results. */
function Call({ call: { name, input, results }, depth, Value }: PartProps & { readonly call: ToolCall }) {
  return (
    <div className="tool-call panel">
      <div className="tool-input">
        <div className="tool-title faint">
          Call of <code>{name}</code>
        </div>
        {input && <Value tree={input} depth={depth + 1} />}
      </div>
      {results.length === 0 && <div className="tool-result faint">No result is among the messages.</div>}
      {results.map((result, index) => (
        <Result key={index} result={result} depth={depth} Value={Value} />
      ))}
    </div>
  );
}

function Result({ result: { content, isError }, depth, Value }: PartProps & { readonly result: ToolResult }) {
  return (
    <div className={`tool-result ${isError ? 'failed' : ''}`}>
      <div className="tool-title faint">{isError ? 'Error' : 'Result'}</div>
      {textsIn(content)?.map((text, index) => <MessageText key={index} text={text} depth={depth} Value={Value} />) ??
        (content && <Value tree={content} depth={depth + 1} />)}
    </div>
  );
}

/** Returns results that are texts, either a single one or in blocks. */
function textsIn(content: JsonTree | undefined): readonly string[] | undefined {
  if (content?.kind === 'string') return [plainText(content)];
  if (content?.kind !== 'array' || content.members.length === 0) return undefined;
  const texts = content.members.map(({ value }) => value.members.find(({ name }) => name === 'text')?.value);
  return texts.every((text) => text?.kind === 'string') ? texts.map((text) => plainText(text!)) : undefined;
}
