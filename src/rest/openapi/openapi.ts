import type { JsonSchema, Operation } from './operation.js';
import { componentSchemas } from './schemas.js';

const meaningOfStatus: Readonly<Record<number, string>> = {
  400: 'An identifier is malformed.',
  401: 'There is no bearer token, or it is not accepted.',
  403: 'The caller may not see it, whether or not it exists.',
  404: 'It does not exist.',
  416: 'The range lies beyond the end.',
  422: 'A value is not acceptable, or a stored one cannot be shown.',
  503: 'A service the gateway depends on cannot be reached.',
};

/** The OpenAPI 3.1 document of the operations. */
export function describeOperations(operations: readonly Operation[], serverUrl: string): JsonSchema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Task runs',
      version: '1.0.0',
      description:
        'The records of single executions of LLM tasks. The same resource is served over GraphQL at /graphql.',
    },
    servers: [{ url: serverUrl }],
    paths: Object.fromEntries(operations.map((operation) => [operation.path, { get: describeOperation(operation) }])),
    components: {
      schemas: componentSchemas,
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
  };
}

function describeOperation({ parameters, responses, errors, path: _path, ...about }: Operation): JsonSchema {
  return {
    ...about,
    parameters: [...describeParameters('path', parameters.path), ...describeParameters('query', parameters.query)],
    responses: { ...responses, ...Object.fromEntries(errors.map((status) => [status, describeError(status)])) },
  };
}

function describeParameters(location: 'path' | 'query', schemas: Readonly<Record<string, JsonSchema>>): JsonSchema[] {
  return Object.entries(schemas).map(([name, { description, ...schema }]) => ({
    name,
    in: location,
    required: location === 'path',
    description,
    schema,
  }));
}

function describeError(status: number): JsonSchema {
  const bodies = status === 422 ? ['ValidationError', 'Error'] : ['Error'];
  const [schema, ...others] = bodies.map((body) => ({ $ref: `#/components/schemas/${body}` }));
  return {
    description: meaningOfStatus[status],
    content: { 'application/json': { schema: others.length > 0 ? { oneOf: [schema, ...others] } : schema } },
  };
}
