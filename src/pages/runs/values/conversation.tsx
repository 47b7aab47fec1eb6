import './conversation.css';
import { useContext, useEffect, useRef, useState } from 'react';
import { formatCount } from '../../shared/format/format-quantity.js';
import { useFindTerm } from '../../shared/json/find-context.js';
import type { JsonTree } from '../../shared/json/json-tree.js';
import { plainText } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';
import { Markdown } from './markdown.js';
import type { Message, Part, ToolCall, ToolResult } from './messages.js';
import { foldedLines } from './outline.js';
import { ReachedMessageContext } from './reached-message.js';
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
  const reached = useReachedIndex(tree.text);
  const list = useRef<HTMLOListElement>(null);
  const shown = hasTerm ? messages.length : Math.max(wanted, (reached?.index ?? 0) + 1);
  useEffect(() => {
    if (reached === undefined) return;
    const message = list.current?.children[reached.index] as HTMLElement | undefined;
    message?.scrollIntoView();
    message?.focus({ preventScroll: true });
  }, [reached]);
  return (
    <>
      <ol className="conversation bare-list" ref={list}>
        {messages.slice(0, shown).map((message, index) => (
          <li key={index} tabIndex={-1} className={`message stack ${message.role}`}>
            <MessageBlock message={message} depth={depth} Value={Value} />
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

/** Returns the message of this conversation that a list of messages leads to. */
function useReachedIndex(source: string) {
  const reached = useContext(ReachedMessageContext);
  return reached?.source === source ? reached : undefined;
}

function MessageBlock({ message, depth, Value }: PartProps & { readonly message: Message }) {
  const { role, name, parts, others } = message;
  return (
    <>
      <div className="message-role faint">
        {role}
        {name !== undefined && <span> {name}</span>}
      </div>
      <Folded message={message}>
        {parts.map((part, index) => (
          <MessagePart key={index} part={part} depth={depth} Value={Value} />
        ))}
      </Folded>
      {others.length > 0 && (
        <dl className="small">
          {others.map(({ name, value }, index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>
                <Value tree={value} depth={depth + 1} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** Shows only the beginning of a long system prompt, unless it is opened or contains the text to find. */
function Folded({ message, children }: { readonly message: Message; readonly children: React.ReactNode }) {
  const [isOpened, setOpen] = useState(false);
  const term = useFindTerm();
  const lines = foldedLines(message);
  if (lines === undefined) return children;
  const isOpen = isOpened || message.parts.some((part) => part.kind === 'text' && term.isIn(part.text));
  return (
    <>
      <div className={isOpen ? 'stack' : 'stack folded-prompt'}>{children}</div>
      <button type="button" className="link fold-prompt" aria-expanded={isOpen} onClick={() => setOpen(!isOpened)}>
        {isOpen ? 'Show less' : `Show all ${formatCount(lines)} lines`}
      </button>
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
      {results.length === 0 && <div className="tool-result faint">The messages contain no result.</div>}
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
