// The OpenAPI 3.1 document, which @fastify/swagger generates from the routes.

import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { catalogue } from '../../errors/catalogue.js';
import { type ErrorStatus, errorsEverywhere, meaningOfStatus } from './error-statuses.js';
import { exampleOf } from './examples.js';
import { type JsonSchema, mediaTypesOf, type Operation, operationTags } from './operation.js';
import { headersOfError, headersOfResponse, requestHeaders } from './response-headers.js';
import { componentSchemas } from './schemas.js';
import { type OpenApiDocument, shareComponents } from './shared-components.js';

/** @param operations the operations of all routes, whose bodies are schemas of the document */
export function describeApi(operations: readonly Operation[]): FastifyDynamicSwaggerOptions {
  return {
    mode: 'dynamic',
    stripBasePath: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Task runs',
        version: '1.0.0',
        license: { name: 'MIT', identifier: 'MIT' },
        contact: { name: 'The task-run gateway authors' },
        description:
          'Task runs: the records of executions of LLM tasks. The same runs are served over GraphQL at /graphql.',
      },
      // A relative URL, so that requests go to the origin of the page, regardless of the host name used to open it.
      servers: [{ url: '..' }],
      tags: Object.entries(operationTags).map(([name, description]) => ({ name, description })),
      components: {
        schemas: withExamples(Object.assign({}, componentSchemas, ...operations.map(({ schemas }) => schemas))),
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          link: {
            type: 'apiKey',
            in: 'query',
            name: 'signature',
            description: 'A signed download link; see download_url.',
          },
        },
      },
    },
    transform({ url, route }) {
      const operation = route.config?.operation;
      if (operation === undefined) return { schema: { hide: true }, url };
      return { schema: describeOperation(operation), url: operation.path.replace(/\{(\w+)\}/g, ':$1') };
    },
    transformObject(document) {
      if (!('openapiObject' in document)) return document.swaggerObject;
      // Every GET route serves HEAD as well.
      for (const path of Object.values(document.openapiObject.paths ?? {})) delete path?.head;
      shareComponents(document.openapiObject as OpenApiDocument);
      return document.openapiObject;
    },
  };
}

interface ResponseSchema extends JsonSchema {
  readonly headers?: object;
  readonly content?: Readonly<Record<string, JsonSchema>>;
}

function describeOperation(operation: Operation): FastifySchema {
  const { parameters, body, responses, errors, tag, operationId, summary, description, security } = operation;
  const mediaTypes = mediaTypesOf(operation);
  const negotiation: ErrorStatus[] = mediaTypes.includes('*/*') ? [] : [406];
  const successes = Object.entries(responses as Readonly<Record<string, ResponseSchema>>).map(([status, response]) => {
    const headers = headersOfResponse(status, mediaTypes.includes('*/*'), response.headers);
    return [status, { ...response, headers, ...(response.content ? {} : { type: 'null' }) }];
  });
  const failures = [...errors, ...negotiation, ...errorsEverywhere].map((status) => [status, describeError(status)]);
  const pathParameters = Object.entries(parameters.path).map(([name, schema]) => {
    const example = exampleOf(name);
    return [name, example === undefined ? schema : { ...schema, examples: [example] }];
  });
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security: security as FastifySchema['security'] & {},
    params: { type: 'object', properties: Object.fromEntries(pathParameters) },
    querystring: { type: 'object', properties: parameters.query },
    headers: { type: 'object', properties: requestHeaders(Object.keys(responses), mediaTypes) },
    ...(body === undefined ? {} : { body }),
    response: { ...Object.fromEntries(failures), ...Object.fromEntries(successes) },
  };
}

function withExamples(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const example = exampleOf(name);
      return [name, example === undefined ? schema : { ...schema, examples: [example] }];
    }),
  );
}

function describeError(status: ErrorStatus): ResponseSchema {
  const bodies = status === 422 ? ['ValidationError', 'Error'] : ['Error'];
  const [schema, ...others] = bodies.map((body) => ({ $ref: `#/components/schemas/${body}` }));
  return {
    description: meaningOfStatus[status],
    headers: headersOfError(status),
    content: {
      'application/json': {
        schema: others.length > 0 ? { oneOf: [schema, ...others] } : schema,
        example: status === 422 ? exampleOf('ValidationError') : exampleOfError(status),
      },
    },
  };
}

/** Returns the example for the status's first reason, which is the most common. */
function exampleOfError(status: ErrorStatus): unknown {
  const [reason, { message }] = Object.entries(catalogue).find(([, entry]) => entry.status === status)!;
  return { detail: { message, reason } };
}
