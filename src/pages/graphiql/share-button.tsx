import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { useState } from 'react';
import { toFragment } from '../shared/share-link.js';
import { currentToken } from '../shared/token/token-store.js';

/** Copies a link to the operation, and puts it in the address bar. */
export function ShareButton() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const operation = { query: queryEditor?.getValue() ?? '', variables: variableEditor?.getValue() ?? '' };
    history.replaceState(null, '', toFragment(operation, currentToken()));
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <ToolbarButton label={isCopied ? 'The link is copied' : 'Copy a link to this operation'} onClick={copy}>
      <svg viewBox="0 0 24 24" className="graphiql-toolbar-icon share-icon" aria-hidden="true">
        {isCopied ? (
          <path d="M5 13l4 4L19 7" />
        ) : (
          <path d="M10 14a4 4 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1.5-1.5" />
        )}
      </svg>
    </ToolbarButton>
  );
}
