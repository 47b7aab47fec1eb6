// Swagger UI for browsers, all of it from this server.

import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { JsonSchema } from './operation.js';

const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** @param describe the document for a server at a URL, which may be relative to the document */
export function registerReferencePage(app: FastifyInstance, describe: (serverUrl: string) => JsonSchema): void {
  app.register(async (page) => {
    page.addHook('onRequest', async (_request, reply) => {
      reply.headers(headers);
    });
    // Relative, so that operations go to the origin of the page, by whichever name it was opened.
    const document = describe('..') as unknown as StaticDocumentSpec['document'];
    await page.register(swagger, { mode: 'static', specification: { document } });
    await page.register(swaggerUi, {
      routePrefix: '/docs',
      theme: { title: 'REST API · task runs' },
      // Without the bar in which other documents can be opened. A token is forgotten with the page.
      uiConfig: { layout: 'BaseLayout', persistAuthorization: false },
    });
  });
}
