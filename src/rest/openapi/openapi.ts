import { type ErrorStatus, meaningOfStatus } from './error-statuses.js';
import type { JsonSchema, Operation } from './operation.js';
import { componentSchemas } from './schemas.js';

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
    paths: Object.fromEntries(
      operations.map((operation) => [
        operation.path,
        { [operation.body === undefined ? 'get' : 'post']: describeOperation(operation) },
      ]),
    ),
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

function describeOperation({ parameters, body, responses, errors, path: _path, ...about }: Operation): JsonSchema {
  return {
    ...about,
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
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

function describeError(status: ErrorStatus): JsonSchema {
  const bodies = status === 422 ? ['ValidationError', 'Error'] : ['Error'];
  const [schema, ...others] = bodies.map((body) => ({ $ref: `#/components/schemas/${body}` }));
  return {
    description: meaningOfStatus[status],
    content: { 'application/json': { schema: others.length > 0 ? { oneOf: [schema, ...others] } : schema } },
  };
}
