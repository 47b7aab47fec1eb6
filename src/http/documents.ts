// Serves the documents as Markdown, and an index of them for agents (https://llmstxt.org).

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { KeptText } from './kept-text.js';

const mediaType = 'text/markdown; charset=utf-8';

// The package contains the documents next to dist, so that their links to its other files work.
const [built, packed] = [new URL('../../docs/', import.meta.url), new URL('../../../docs/', import.meta.url)];

/** @param publicUrl the base of absolute URLs, without a trailing slash */
export function registerDocuments(app: FastifyInstance, publicUrl: () => string): void {
  const directory = existsSync(built) ? built : packed;
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.md'))
    .sort();
  const texts = new Map(names.map((name) => [name, readFileSync(new URL(name, directory), 'utf8')]));
  const index = new KeptText((url: string) => writeIndex(texts, url));
  app.get('/llms.txt', (_request, reply) => index.sendVersion(reply.type('text/plain; charset=utf-8'), publicUrl()));
  const documents = new Map([...texts].map(([name, text]) => [name, new KeptText(() => text)]));
  app.get<{ Params: { name: string } }>('/docs/:name.md', (request, reply) => {
    const document = documents.get(`${request.params.name}.md`);
    if (document === undefined) throw new GatewayError('ROUTE_NOT_FOUND');
    return document.sendVersion(reply.type(mediaType));
  });
}

function writeIndex(texts: ReadonlyMap<string, string>, publicUrl: string): string {
  const links = [...texts].map(([name, text]) => {
    const { title, summary } = titleAndSummary(text);
    return `- [${title}](${publicUrl}/docs/${name}): ${summary}`;
  });
  return `# Task-run gateway

> Task runs over GraphQL, REST and, if enabled, the Model Context Protocol: the records of executions of LLM tasks,
> with inputs, responses, tokens, credits, timings, retries, failures and files. Every request needs a bearer token.

- GraphQL: ${publicUrl}/graphql
- REST: ${publicUrl}/docs/, its OpenAPI document ${publicUrl}/openapi.json
- errors: ${publicUrl}/errors

## Documents

${links.join('\n')}
`;
}

/** Returns the heading, and the first sentence of the first paragraph. */
function titleAndSummary(text: string): { title: string; summary: string } {
  const [heading = '', ...blocks] = text.split('\n\n');
  const paragraph = blocks.find((block) => /^[A-Za-z`*]/.test(block)) ?? '';
  const [sentence = ''] = paragraph.replaceAll('\n', ' ').split(/(?<=[.:]) /);
  return { title: heading.replace(/^# /, ''), summary: sentence };
}
