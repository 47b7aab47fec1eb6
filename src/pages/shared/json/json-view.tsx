import { memo, useMemo, useState } from 'react';
import { useFindTerm } from './find-context.js';
import { type JsonTree, parseJson } from './json-tree.js';

/** The number of items shown initially. The rest is shown on request. */
const pageSize = 100;
const maxCharacters = 2000;
const characterStep = 200_000;
/** Texts shorter than this are fully expanded; longer ones only up to two levels. */
const expandAllBelow = 20_000;

/** Collapsible JSON text with all its digits. The page treats all of it as text, so markup has no effect. */
export const JsonView = memo(function JsonView({ text, label }: { readonly text: string; readonly label: string }) {
  const tree = useMemo(() => parseJson(text), [text]);
  if (tree === undefined) return <LongText text={text} />;
  const openLevels = text.length < expandAllBelow ? Number.POSITIVE_INFINITY : 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a form's fieldset would be a wrong promise.
    <div className="json-view" role="group" aria-label={label}>
      <Value tree={tree} openLevels={openLevels} />
    </div>
  );
});

interface ValueProps {
  readonly tree: JsonTree;
  readonly name?: string;
  readonly openLevels: number;
}

function Value({ tree, name, openLevels }: ValueProps) {
  const title = name === undefined ? null : <span className="json-name">{name}: </span>;
  const isBranch = (tree.kind === 'object' || tree.kind === 'array') && !/^[[{]\s*[\]}]$/.test(tree.text.slice(0, 64));
  if (isBranch) return <Branch tree={tree} title={title} openLevels={openLevels} />;
  return (
    <div className="json-leaf">
      {title}
      <span className={`json-${tree.kind}`}>
        <LongText text={tree.text} />
      </span>
    </div>
  );
}

interface BranchProps {
  readonly tree: JsonTree;
  readonly title: React.ReactNode;
  readonly openLevels: number;
}

function Branch({ tree, title, openLevels }: BranchProps) {
  const [isOpened, setOpen] = useState(openLevels > 0);
  const [wanted, setShown] = useState(pageSize);
  const term = useFindTerm();
  const { members, kind } = tree;
  const isOpen = isOpened || term.isIn(tree.text);
  const shown = Math.max(wanted, isOpen ? term.lastMember(members) + 1 : 0);
  const toggle = ({ currentTarget }: React.ToggleEvent<HTMLDetailsElement>) => {
    // Details that a search opened close with it.
    if (currentTarget.open !== isOpen) setOpen(currentTarget.open);
  };
  const noun = kind === 'array' ? 'item' : 'member';
  return (
    <details open={isOpen} onToggle={toggle}>
      <summary>
        {title}
        <span className="muted">
          {kind === 'array' ? '[' : '{'} {members.length} {noun}
          {members.length === 1 ? '' : 's'} {kind === 'array' ? ']' : '}'}
        </span>
      </summary>
      {isOpen && (
        <div className="json-members">
          {members.slice(0, shown).map(({ name, value }, index) => (
            <Value key={index} name={name} tree={value} openLevels={openLevels - 1} />
          ))}
          {members.length > shown && (
            <button type="button" className="link" onClick={() => setShown(shown + 10 * pageSize)}>
              Show more: {shown} of {members.length} are shown
            </button>
          )}
        </div>
      )}
    </details>
  );
}

/** The part of a text that a page can hold, and the rest on request. */
export function LongText({ text }: { readonly text: string }) {
  const [wanted, setShown] = useState(maxCharacters);
  const term = useFindTerm();
  const shown = Math.max(wanted, term.endIn(text));
  if (text.length <= shown) return text;
  return (
    <>
      {wholeCharacters(text, shown)}
      <button type="button" className="link" onClick={() => setShown(shown + characterStep)}>
        … show more: {shown.toLocaleString('en')} of {text.length.toLocaleString('en')} characters are shown
      </button>
    </>
  );
}

/** Cuts the text without splitting a character that takes two code units. */
function wholeCharacters(text: string, end: number): string {
  const code = text.charCodeAt(end - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end);
}
