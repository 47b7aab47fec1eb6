// Serves Swagger UI for browsers, without files from other hosts.

import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { KeptText } from '../../http/kept-text.js';
import { pagePolicy } from '../../http/page-routes/content-security-policy.js';
import type { SendPage } from '../../http/page-routes/send-page.js';

const headers = {
  'content-security-policy': pagePolicy({
    'script-src': "'self'",
    'style-src': "'self'",
    'connect-src': "'self'",
    'img-src': "'self' data:",
  }),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Swagger UI has a dark theme, which a class enables. */
const colorScheme = {
  filename: 'color-scheme.js',
  content: `const dark = matchMedia('(prefers-color-scheme: dark)');
const apply = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', apply);
apply();
`,
};
/** Keeps the background from being white in dark mode until the script has run. */
const darkGround = {
  filename: 'dark-ground.css',
  content: '@media (prefers-color-scheme: dark) { html, body { background: #1c2022; } }\n',
};

const routePrefix = '/docs';

/**
 * Registers the page for the document that @fastify/swagger generates.
 * @param sendPage sends a page that loads Swagger UI; if `null`, Swagger UI's own page is sent
 */
export function registerReferencePage(app: FastifyInstance, sendPage: SendPage | null): void {
  const json = new KeptText(() => JSON.stringify(app.swagger()));
  const yaml = new KeptText(() => app.swagger({ yaml: true }));
  /** These replace the senders of @fastify/swagger-ui, which build a new response for each request. */
  const senders: Readonly<Record<string, ((reply: FastifyReply) => FastifyReply | Promise<FastifyReply>) | null>> = {
    [routePrefix]: sendPage,
    [`${routePrefix}/json`]: (reply) => json.sendVersion(reply.type('application/json; charset=utf-8')),
    [`${routePrefix}/yaml`]: (reply) => yaml.sendVersion(reply.type('application/x-yaml')),
  };
  app.register(async (page) => {
    page.addHook('onRequest', async (request, reply) => {
      reply.headers(headers);
      // The redirect is relative, because a proxy may serve the gateway under a path. Without the slash, the page could
      // not find its files.
      if (request.url.split('?', 1)[0] === routePrefix) return reply.redirect(`.${routePrefix}/`);
      return senders[request.routeOptions.url!]?.(reply);
    });
    await page.register(swaggerUi, {
      routePrefix,
      theme: { title: 'REST API · task runs', css: [darkGround], js: [colorScheme] },
      // Hides the bar for opening other documents, and does not store the token.
      uiConfig: { layout: 'BaseLayout', persistAuthorization: false },
    });
  });
}
