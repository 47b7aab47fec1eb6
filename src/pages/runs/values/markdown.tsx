// Markdown as React elements. No HTML is generated, and HTML in the text is shown as text.

import './markdown.css';
import { Marked, type MarkedToken, type Token, type Tokens } from 'marked';
import { Fragment, memo, useMemo } from 'react';

const marked = new Marked({ gfm: true, breaks: true });
/** Plain URLs do not become links, because the time for finding them grows faster than the text. */
marked.use({ tokenizer: { url: () => undefined } });

/** A text that cannot be parsed is shown unchanged. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const tokens = useMemo(() => tokensOf(text), [text]);
  return tokens === undefined ? text : <div className="markdown">{renderAll(tokens)}</div>;
});

function tokensOf(text: string): readonly Token[] | undefined {
  try {
    return marked.lexer(text);
  } catch {
    return undefined;
  }
}

function renderAll(tokens: readonly Token[] = []): React.ReactNode {
  return tokens.map((token, index) => <Fragment key={index}>{render(token as MarkedToken)}</Fragment>);
}

function render(token: MarkedToken): React.ReactNode {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return <p className={`markdown-heading level-${token.depth}`}>{renderAll(token.tokens)}</p>;
    case 'paragraph':
      return <p>{renderAll(token.tokens)}</p>;
    case 'blockquote':
      return <blockquote>{renderAll(token.tokens)}</blockquote>;
    case 'code':
      return (
        <pre>
          <code>{token.text}</code>
        </pre>
      );
    case 'hr':
      return <hr />;
    case 'list':
      return renderList(token);
    case 'table':
      return renderTable(token);
    case 'strong':
      return <strong>{renderAll(token.tokens)}</strong>;
    case 'em':
      return <em>{renderAll(token.tokens)}</em>;
    case 'del':
      return <del>{renderAll(token.tokens)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return renderLink(token.href, renderAll(token.tokens));
    case 'image':
      return renderLink(token.href, token.text || token.href);
    case 'text':
      return 'tokens' in token && token.tokens ? renderAll(token.tokens) : token.text;
    case 'escape':
      return token.text;
    default:
      return token.raw;
  }
}

function renderList({ ordered, start, items }: Tokens.List): React.ReactNode {
  const children = items.map((item, index) => <li key={index}>{renderAll(item.tokens)}</li>);
  return ordered ? <ol start={Number(start) || 1}>{children}</ol> : <ul>{children}</ul>;
}

function renderTable({ header, rows }: Tokens.Table): React.ReactNode {
  return (
    <table>
      <thead>
        <tr>
          {header.map((cell, index) => (
            <th key={index}>{renderAll(cell.tokens)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{renderAll(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** URLs other than web and mail addresses are shown as text. */
function renderLink(href: string, children: React.ReactNode): React.ReactNode {
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return children;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
