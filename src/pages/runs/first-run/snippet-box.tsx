import { useState } from 'react';
import { CopyButton } from '../../shared/copy-button.js';
import type { Snippet } from './snippets.js';

interface SnippetBoxProps {
  /** The purpose of the commands, for screen readers. */
  readonly label: string;
  /** One or more ways to do the same. */
  readonly snippets: readonly Snippet[];
}

/** Commands to copy, with a choice if there are several ways. */
export function SnippetBox({ label, snippets }: SnippetBoxProps) {
  const [chosen, setChosen] = useState(0);
  const { name, code } = snippets[chosen]!;
  return (
    <div className="snippet">
      <div className="snippet-bar row">
        {snippets.length === 1 ? (
          <span className="faint">{name}</span>
        ) : (
          <fieldset className="segments" aria-label={label}>
            {snippets.map((snippet, index) => (
              <button key={snippet.name} type="button" aria-pressed={index === chosen} onClick={() => setChosen(index)}>
                {snippet.name}
              </button>
            ))}
          </fieldset>
        )}
        <CopyButton label={`${label}: ${name}`} text={() => code} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and not everybody has a mouse. */}
      <pre tabIndex={0}>{code}</pre>
    </div>
  );
}
