import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';

/**
 * Allows pages of the configured origins to read every response, including errors. Credentials are not allowed: a page
 * has to send its own token, so no victim's cookie or client certificate works for it.
 */
type Origins = Config['corsOrigins'];

/** Returns whether pages of the origin may read responses. */
export function isAllowedOrigin(origin: string, origins: Origins): boolean {
  return origins === '*' || origins.some((allowed) => origin === allowed || isPortOf(origin, allowed));
}

/** Matches `http://localhost:*` for any port of the host, including the default port, which an origin omits. */
function isPortOf(origin: string, allowed: string): boolean {
  return allowed.endsWith(':*') && [origin, origin.replace(/:\d+$/, '')].includes(allowed.slice(0, -':*'.length));
}

export async function allowOrigins(app: FastifyInstance, origins: Origins): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin:
      origins === '*' ? '*' : (origin, allow) => allow(null, origin !== undefined && isAllowedOrigin(origin, origins)),
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: [
      'ETag',
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
    // OPTIONS without an origin is not a preflight, but is valid.
    strictPreflight: false,
  });
}
