// The page that lists all errors, to which the `docUrl` of an error leads. It needs no token.

import type { FastifyInstance } from 'fastify';
import { detailDescriptions } from '../errors/error-details.js';
import { errorList, errorsPath, type ListedError } from '../errors/error-list.js';
import { forbiddenCauses } from '../errors/forbidden-causes.js';
import { KeptText } from './kept-text.js';
import { type PageFrame, renderStaticPage, withStaticPageHeaders } from './page-routes/static-page.js';

export function registerErrorsPage(app: FastifyInstance): void {
  const page = new KeptText((frame: PageFrame | null) =>
    renderStaticPage({ title: 'Errors', root: './', content: renderErrors() }, frame),
  );
  app.get(errorsPath, (_request, reply) => page.sendVersion(withStaticPageHeaders(reply), app.pageFrame));
}

function renderErrors(): string {
  const codes = [...new Set(errorList.map(({ code }) => code))];
  return `<h1>Errors</h1>
<p>Every error has a <b>code</b> to switch on, a more precise <b>reason</b>, and the <b>status</b>
that REST returns for the same mistake.</p>
<nav aria-label="Codes"><ul>
${codes.map((code) => `<li><a href="#${code}"><code>${code}</code></a></li>`).join('\n')}
</ul></nav>
${codes.map((code) => renderCode(errorList.filter((error) => error.code === code))).join('\n')}
<section id="details">
<h2>Details</h2>
<p>Some errors have details, in <code>extensions</code> and, with names in snake_case, in the body of a REST response.</p>
<dl>
${Object.entries(detailDescriptions)
  .map(([name, { type, meaning }]) => `<dt><code>${name}</code>: ${toHtml(type)}</dt><dd>${toHtml(meaning)}</dd>`)
  .join('\n')}
</dl>
</section>`;
}

function renderCode(errors: readonly ListedError[]): string {
  const [{ code }] = errors as [ListedError];
  return `<section id="${code}">
<h2><code>${code}</code></h2>
${errors.map(renderReason).join('\n')}${code === 'FORBIDDEN' ? `\n${renderForbiddenCauses()}` : ''}
</section>`;
}

function renderReason({ reason, status, message, when, retryable }: ListedError): string {
  return `<h3><code>${reason}</code></h3>
<p>Status ${status}: ${toHtml(when)}.${retryable ? ' The same request may succeed later.' : ''}</p>
<p><q>${toHtml(message)}</q></p>`;
}

function renderForbiddenCauses(): string {
  const rows = forbiddenCauses.map(
    ({ mark, cause, remedy }) =>
      `<dt>${toHtml(mark)}</dt><dd>Cause: ${toHtml(cause)}.</dd><dd>Remedy: ${toHtml(remedy)}.</dd>`,
  );
  return `<h3>Causes and remedies</h3>
<p>An error has:</p>
<dl>
${rows.join('\n')}
</dl>`;
}

/** Escapes text, and marks up code in backticks and links to documents. */
function toHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>')
    .replaceAll(/\[([^\]]*)\]\(([\w-]+\.md(?:#[\w-]+)?)\)/g, '<a href="./docs/$2">$1</a>');
}
