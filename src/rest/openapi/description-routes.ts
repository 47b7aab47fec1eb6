// Serves the OpenAPI document: as JSON, as YAML, and in OpenAPI 3.0.

import type { FastifyInstance } from 'fastify';
import { stringify as stringifyYaml } from 'yaml';
import { toOpenApi30 } from './openapi-3-0.js';

/** @param publicUrl base of absolute URLs, without a trailing slash; called at each request */
export function registerDescriptions(api: FastifyInstance, publicUrl: () => string): void {
  const describe = () => ({ ...api.swagger(), servers: [{ url: publicUrl() }] });
  api.get('/openapi.json', async () => describe());
  api.get('/openapi-3.0.json', async () => toOpenApi30(describe()));
  // Not every tool can read aliases, which schemas in several places would become.
  api.get('/openapi.yaml', (_request, reply) =>
    reply
      .type('application/yaml; charset=utf-8')
      .send(stringifyYaml(describe(), { aliasDuplicateObjects: false, lineWidth: 0 })),
  );
}
