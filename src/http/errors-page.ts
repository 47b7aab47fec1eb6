// The page that lists every error, to which the `docUrl` of an error leads. It loads nothing from other hosts.

import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { detailDescriptions } from '../errors/error-details.js';
import { errorList, errorsPath, type ListedError } from '../errors/error-list.js';

const style = `
:root { color-scheme: light dark; background: Canvas; color: CanvasText; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
code { font: 0.95em ui-monospace, monospace; }
nav ul { columns: 16rem; padding-left: 1.25rem; }
section { border-top: 1px solid #8888; margin-top: 1.5rem; }
:target { outline: 2px solid #d60590; outline-offset: 0.5rem; }
dt { margin-top: 0.5rem; }
`;

export function registerErrorsPage(app: FastifyInstance): void {
  const page = renderErrorsPage();
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  app.get(errorsPath, async (_request, reply) => reply.headers(headers).send(page));
}

function renderErrorsPage(): string {
  const codes = [...new Set(errorList.map(({ code }) => code))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors · task runs</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Errors</h1>
<p>Every error has a <b>code</b> to switch on, a <b>reason</b> that says more precisely what happened, and the <b>status</b>
that REST returns for the same mistake.</p>
<nav><ul>
${codes.map((code) => `<li><a href="#${code}"><code>${code}</code></a></li>`).join('\n')}
</ul></nav>
${codes.map((code) => renderCode(errorList.filter((error) => error.code === code))).join('\n')}
<section id="details">
<h2>Details</h2>
<p>Some errors say more, in <code>extensions</code> and, with names in snake_case, in the body of a REST response.</p>
<dl>
${Object.entries(detailDescriptions)
  .map(([name, { type, meaning }]) => `<dt><code>${name}</code>: ${toHtml(type)}</dt><dd>${toHtml(meaning)}</dd>`)
  .join('\n')}
</dl>
</section>
</main>
</body>
</html>
`;
}

function renderCode(errors: readonly ListedError[]): string {
  const [{ code }] = errors as [ListedError];
  return `<section id="${code}">
<h2><code>${code}</code></h2>
${errors.map(renderReason).join('\n')}
</section>`;
}

function renderReason({ reason, status, message, when, retryable }: ListedError): string {
  return `<h3><code>${reason}</code></h3>
<p>Status ${status}: ${toHtml(when)}.${retryable ? ' The same request may succeed later.' : ''}</p>
<p><q>${toHtml(message)}</q></p>`;
}

/** Escapes a text, and marks up code that is in backticks. */
function toHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}
