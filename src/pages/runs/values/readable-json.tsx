// JSON for reading: names and values without quotes, braces and escapes, strings with their line breaks, and numbers as
// they were written. The page treats all of it as text, so markup has no effect.

import { memo, useMemo, useState } from 'react';
import { useFindTerm } from '../../shared/json/find-context.js';
import { type JsonTree, parseJson, plainText } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';
import { lazyComponent } from '../../shared/lazy-component.js';
import { messagesIn } from './messages.js';
import { ReadableText, type ValueProps } from './readable-text.js';
import { looksLikeCode, looksLikeMarkdown } from './text-form.js';

const pageSize = 50;
/** Values nested deeper are shown as JSON. */
const maxDepth = 8;

export const ReadableJson = memo(function ReadableJson({ text }: { readonly text: string }) {
  const tree = useMemo(() => parseJson(text), [text]);
  return (
    <div className="readable">
      {tree === undefined ? <LongText text={text} /> : <ReadableValue tree={tree} depth={0} />}
    </div>
  );
});

const Conversation = lazyComponent(() => import('./conversation.js').then((module) => module.Conversation), {
  Fallback: Members,
  // High, so that what follows is not in sight, and does not move there.
  loading: <p className="conversation-loading faint">Loading …</p>,
});

const MarkdownText = lazyComponent(() => import('./markdown.js').then((module) => module.Markdown), {
  Fallback: LongText,
});

export function ReadableValue({ tree, depth, name }: ValueProps) {
  const { kind, members } = tree;
  const messages = useMemo(() => messagesIn(tree), [tree]);
  if (kind === 'string') {
    if (tree.text === '""') return <i className="faint">empty</i>;
    const text = plainText(tree);
    const isMarkdown = looksLikeMarkdown(text) && !looksLikeCode(text, name);
    const texts = { text, depth, name, Value: ReadableValue };
    return isMarkdown ? <ReadableText {...texts} Plain={MarkdownText} /> : <ReadableText {...texts} />;
  }
  if (kind !== 'object' && kind !== 'array') return <span className={`json-${kind}`}>{tree.text}</span>;
  if (members.length === 0) return <i className="faint">{kind === 'array' ? 'an empty list' : 'an empty object'}</i>;
  if (depth >= maxDepth) return <LongText text={tree.text} />;
  if (messages === undefined) return <Members tree={tree} depth={depth} />;
  return <Conversation messages={messages} tree={tree} depth={depth} Value={ReadableValue} />;
}

function Members({ tree: { kind, members }, depth }: ValueProps) {
  const [wanted, setShown] = useState(pageSize);
  const shown = Math.max(wanted, useFindTerm().lastMember(members) + 1);
  const visibleMembers = members.slice(0, shown);
  return (
    <>
      {kind === 'object' ? (
        <dl>
          {visibleMembers.map(({ name, value }, index) => (
            <div key={index} className={isNested(value) ? 'nested' : ''}>
              <dt>{name}</dt>
              <dd>
                <ReadableValue tree={value} depth={depth + 1} name={name} />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <ol>
          {visibleMembers.map(({ name, value }) => (
            <li key={name}>
              <ReadableValue tree={value} depth={depth + 1} />
            </li>
          ))}
        </ol>
      )}
      {members.length > shown && (
        <button type="button" className="link" onClick={() => setShown(shown + 10 * pageSize)}>
          Show more: {shown} of {members.length} are shown
        </button>
      )}
    </>
  );
}

/** Returns whether the value takes separate lines. */
function isNested({ kind, members, text }: JsonTree): boolean {
  return kind === 'object' || kind === 'array' ? members.length > 0 : text.length > 80;
}
