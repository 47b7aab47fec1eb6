// Serves the documents as Markdown, and an index of them for agents: https://llmstxt.org

import { readdirSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';

const mediaType = 'text/markdown; charset=utf-8';

const directory = new URL('../../docs/', import.meta.url);

/** @param publicUrl base of absolute URLs, without a trailing slash */
export function registerDocuments(app: FastifyInstance, publicUrl: () => string): void {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.md'))
    .sort();
  const documents = new Map(names.map((name) => [name, readFileSync(new URL(name, directory), 'utf8')]));
  app.get('/llms.txt', (_request, reply) => {
    const links = [...documents].map(([name, text]) => {
      const { title, summary } = titleAndSummary(text);
      return `- [${title}](${publicUrl()}/docs/${name}): ${summary}`;
    });
    return reply
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(
        `# Task-run gateway

> Task runs over GraphQL, REST and, where it is on, the Model Context Protocol: the records of executions of LLM tasks,
> with inputs, responses, tokens, credits, timings, retries, failures and files. Every request needs a bearer token.

- GraphQL: ${publicUrl()}/graphql
- REST: ${publicUrl()}/docs/, its OpenAPI document ${publicUrl()}/openapi.json
- errors: ${publicUrl()}/errors

## Documents

${links.join('\n')}
`,
      );
  });
  app.get<{ Params: { name: string } }>('/docs/:name.md', (request, reply) => {
    const text = documents.get(`${request.params.name}.md`);
    if (text === undefined) throw new GatewayError('ROUTE_NOT_FOUND');
    return reply.type(mediaType).header('cache-control', 'no-cache').send(text);
  });
}

/** Returns the heading, and the first sentence of the first paragraph. */
function titleAndSummary(text: string): { title: string; summary: string } {
  const [heading = '', ...blocks] = text.split('\n\n');
  const paragraph = blocks.find((block) => /^[A-Za-z`*]/.test(block)) ?? '';
  const [sentence = ''] = paragraph.replaceAll('\n', ' ').split(/(?<=[.:]) /);
  return { title: heading.replace(/^# /, ''), summary: sentence };
}
