// Pages whose content the server renders: errors and unknown URLs. If the gateway serves the other pages, these have
// the same header and session. Otherwise, they consist of the content and a plain style.

import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { pagePolicy } from './content-security-policy.js';
import { renderDocument } from './render-page.js';
import type { SendPage } from './send-page.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** `null` if this gateway serves no other pages. */
    staticPages: StaticPages | null;
  }
}

export interface StaticPages {
  readonly sendErrors: SendPage;
  /** Sends the page for a URL in any folder. */
  readonly sendUnknown: SendPage;
}

/** @param root the gateway's root, either absolute or relative to the page's URL */
export function renderUnknown(root: string): string {
  const links = `<a href="${root}">Home</a>, <a href="${root}docs/">the REST API</a> or <a href="${root}errors">the errors</a>`;
  return `<div class="unknown-page">
<h1>Page not found</h1>
<p>There is nothing at this address. Go to ${links}.</p>
</div>`;
}

/** The style for gateways without the bundle of pages. */
const plainStyle = `
:root { color-scheme: light dark; background: Canvas; color: CanvasText; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
code { font: 0.95em ui-monospace, monospace; }
`;

const plainStyleSource = `'sha256-${createHash('sha256').update(plainStyle).digest('base64')}'`;

export function withPlainPageHeaders(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy({ 'img-src': 'data:', 'style-src': plainStyleSource }),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

/** Returns a page without a script, in a plain style. */
export function renderPlainPage({ title, content }: { readonly title: string; readonly content: string }): string {
  return renderDocument({ title, head: `<style>${plainStyle}</style>`, body: `<main>\n${content}\n</main>` });
}
