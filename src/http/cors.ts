import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.js';

/**
 * Lets pages of the configured origins read every response, errors included. Credentials are not allowed: a page has to
 * send a token of its own, so no cookie or client certificate of a victim works for it.
 */
export async function allowOrigins(app: FastifyInstance, origins: Config['corsOrigins']): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins === '*' ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: [
      'Deprecation',
      'ETag',
      'Link',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'WWW-Authenticate',
      'X-Request-Id',
      'X-Watermark',
      'Content-Disposition',
      'Content-Range',
    ],
    maxAge: 600,
    // OPTIONS without an origin is not a preflight, but valid.
    strictPreflight: false,
  });
}
