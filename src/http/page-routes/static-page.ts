// Pages without a script: errors and unknown URLs. They load only the style sheet and the fonts of the other pages.

import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { availableLinks, logoPath } from '../../pages/page-links.js';
import { pagePolicy } from './content-security-policy.js';
import { assetsPath, renderDocument } from './render-page.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** `null` if this gateway serves no other pages. */
    pageFrame: PageFrame | null;
  }
}

/** The parts that static pages share with the other pages. */
export interface PageFrame {
  /** The style sheet's file name in the bundle's folder. */
  readonly stylesheet: string;
  readonly hasRuns: boolean;
}

interface StaticPage {
  readonly title: string;
  /** The gateway's root, either absolute or relative to the page's URL. */
  readonly root: string;
  readonly content: string;
}

/** The style for gateways without the bundle of pages. */
const plainStyle = `
:root { color-scheme: light dark; background: Canvas; color: CanvasText; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
code { font: 0.95em ui-monospace, monospace; }
`;

const plainStyleSource = `'sha256-${createHash('sha256').update(plainStyle).digest('base64')}'`;

export function sendStaticPage(reply: FastifyReply, page: StaticPage): FastifyReply {
  return withStaticPageHeaders(reply).send(renderStaticPage(page, reply.server.pageFrame));
}

export function withStaticPageHeaders(reply: FastifyReply): FastifyReply {
  const styles =
    reply.server.pageFrame === null
      ? { 'style-src': plainStyleSource }
      : { 'style-src': "'self'", 'font-src': "'self'" };
  return reply.headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy({ 'img-src': 'data:', ...styles }),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

/** @param frame `null` if the page has its own style */
export function renderStaticPage({ title, root, content }: StaticPage, frame: PageFrame | null): string {
  const head =
    frame === null
      ? `<style>${plainStyle}</style>`
      : `<meta name="color-scheme" content="light dark">\n<link rel="stylesheet" href="${root}${assetsPath}${frame.stylesheet}">`;
  const body = `${frame === null ? '' : renderHeader(root, frame)}
<main class="page static-page">
${content}
</main>`;
  return renderDocument({ title, head, body });
}

function renderHeader(root: string, { hasRuns }: PageFrame): string {
  const links = availableLinks(hasRuns).map(({ path, name }) => `<a href="${root}${path}">${name}</a>`);
  return `<header class="page-header">
<a class="brand" href="${root}">
<svg class="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true"><rect width="32" height="32" rx="7"/><path d="${logoPath}"/></svg>
<span class="brand-name">Task runs</span></a>
<nav aria-label="Pages">
${links.join('\n')}
</nav>
</header>`;
}
