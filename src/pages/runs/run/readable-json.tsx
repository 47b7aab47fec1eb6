// JSON for reading: names and values without quotes, braces and escapes, strings with their line breaks. Numbers as they
// were written. All of it is text to the page: markup in it does nothing.

import { memo, useMemo, useState } from 'react';
import { type JsonTree, parseJson, plainText } from '../../shared/json/json-tree.js';
import { LongText } from '../../shared/json/json-view.js';

const pageSize = 50;
/** What is nested deeper is shown as it was written. */
const maxDepth = 8;

export const ReadableJson = memo(function ReadableJson({ text }: { readonly text: string }) {
  const tree = useMemo(() => parseJson(text), [text]);
  return (
    <div className="readable">{tree === undefined ? <LongText text={text} /> : <Value tree={tree} depth={0} />}</div>
  );
});

interface ValueProps {
  readonly tree: JsonTree;
  readonly depth: number;
}

function Value({ tree, depth }: ValueProps) {
  const { kind, members } = tree;
  if (kind === 'string')
    return tree.text === '""' ? <i className="faint">empty</i> : <LongText text={plainText(tree)} />;
  if (kind !== 'object' && kind !== 'array') return <span className={`json-${kind}`}>{tree.text}</span>;
  if (members.length === 0) return <i className="faint">{kind === 'array' ? 'an empty list' : 'an empty object'}</i>;
  if (depth >= maxDepth) return <LongText text={tree.text} />;
  return <Members tree={tree} depth={depth} />;
}

function Members({ tree: { kind, members }, depth }: ValueProps) {
  const [shown, setShown] = useState(pageSize);
  const visibleMembers = members.slice(0, shown);
  return (
    <>
      {kind === 'object' ? (
        <dl>
          {visibleMembers.map(({ name, value }, index) => (
            <div key={index} className={isNested(value) ? 'nested' : ''}>
              <dt>{name}</dt>
              <dd>
                <Value tree={value} depth={depth + 1} />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <ol>
          {visibleMembers.map(({ name, value }) => (
            <li key={name}>
              <Value tree={value} depth={depth + 1} />
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

/** Whether it takes lines of its own. */
function isNested({ kind, members, text }: JsonTree): boolean {
  return kind === 'object' || kind === 'array' ? members.length > 0 : text.length > 80;
}
