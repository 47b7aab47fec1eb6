// Serves the OpenAPI document as JSON, as YAML, and in OpenAPI 3.0.

import type { FastifyInstance } from 'fastify';
import { stringify as stringifyYaml } from 'yaml';
import { KeptText } from '../../http/kept-text.js';
import { toOpenApi30 } from './openapi-3-0.js';

const json = 'application/json; charset=utf-8';

/** @param publicUrl the base of absolute URLs, without a trailing slash; called for each request */
export function registerDescriptions(api: FastifyInstance, publicUrl: () => string): void {
  const describe = (url: string) => ({ ...api.swagger(), servers: [{ url }] });
  const serve = (path: string, mediaType: string, write: (document: ReturnType<typeof describe>) => string) => {
    const text = new KeptText((url: string) => write(describe(url)));
    api.get(path, (_request, reply) => text.sendVersion(reply.type(mediaType), publicUrl()));
  };
  serve('/openapi.json', json, (document) => JSON.stringify(document));
  serve('/openapi-3.0.json', json, (document) => JSON.stringify(toOpenApi30(document)));
  // Schemas that occur several times would become aliases, which not every tool can read.
  serve('/openapi.yaml', 'application/yaml; charset=utf-8', (document) =>
    stringifyYaml(document, { aliasDuplicateObjects: false, lineWidth: 0 }),
  );
}
