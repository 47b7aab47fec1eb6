// The page that lists all errors, to which the `docUrl` of an error leads. It needs no token.

import type { FastifyInstance } from 'fastify';
import { detailDescriptions } from '../errors/error-details.js';
import { errorList, errorsPath, type ListedError } from '../errors/error-list.js';
import { forbiddenCauses } from '../errors/forbidden-causes.js';
import { KeptText } from './kept-text.js';
import { renderPlainPage, withPlainPageHeaders } from './page-routes/static-page.js';

export function registerErrorsPage(app: FastifyInstance): void {
  const plain = new KeptText(() => renderPlainPage({ title: 'Errors', content: renderErrors() }));
  app.get(errorsPath, (_request, reply) =>
    app.staticPages === null ? plain.sendVersion(withPlainPageHeaders(reply)) : app.staticPages.sendErrors(reply),
  );
}

/** Returns the list as HTML. Each code is an anchor. */
export function renderErrors(): string {
  const codes = [...new Set(errorList.map(({ code }) => code))];
  return `<h1>Errors</h1>
<p>Every error has a <b>code</b> to switch on, a more precise <b>reason</b>, and the <b>status</b>
that REST returns for the same mistake.</p>
<div id="error-filter" class="error-filter fields"></div>
<div class="table panel">
<table class="error-table">
<thead><tr><th>Code</th><th>Reason</th><th>Status</th><th>Meaning</th></tr></thead>
${codes.map((code) => renderCode(errorList.filter((error) => error.code === code))).join('\n')}
</table>
</div>
<section id="causes">
<h2>Causes and remedies of <code>FORBIDDEN</code></h2>
${renderForbiddenCauses()}
</section>
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
  return `<tbody id="${code}">
${errors.map(renderReason).join('\n')}
</tbody>`;
}

function renderReason({ code, reason, status, message, when, retryable }: ListedError): string {
  const causes = reason === 'PERMISSION_CHECK_FAILED' ? ' <a href="#causes">Causes and remedies</a>' : '';
  return `<tr><td class="code"><code>${code}</code></td>
<th scope="row"><code>${reason}</code></th>
<td class="status number">${status}</td>
<td class="meaning">${capitalized(toHtml(when))}.${retryable ? ' The same request may succeed later.' : ''}${causes}
<q>${toHtml(message)}</q></td></tr>`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function renderForbiddenCauses(): string {
  const rows = forbiddenCauses.map(
    ({ mark, cause, remedy }) =>
      `<dt>${toHtml(mark)}</dt><dd>Cause: ${toHtml(cause)}.</dd><dd>Remedy: ${toHtml(remedy)}.</dd>`,
  );
  return `<p>An error has:</p>
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
