import { catalogue } from '../../errors/catalogue.js';
import { type ErrorStatus, errorsEverywhere, meaningOfStatus } from './error-statuses.js';
import { exampleOf } from './examples.js';
import { type JsonSchema, mediaTypesOf, type Operation, operationTags } from './operation.js';
import { headersOfError, headersOfResponse, requestHeaders } from './response-headers.js';
import { componentSchemas } from './schemas.js';

/** Returns the OpenAPI 3.1 document of the operations. */
export function describeOperations(operations: readonly Operation[], serverUrl: string): JsonSchema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Task runs',
      version: '1.0.0',
      description:
        'Task runs: the records of executions of LLM tasks. The same runs are served over GraphQL at /graphql.',
    },
    servers: [{ url: serverUrl }],
    tags: operationTags.map((name) => ({ name })),
    paths: Object.fromEntries(
      operations.map((operation) => [
        operation.path,
        { [operation.body === undefined ? 'get' : 'post']: describeOperation(operation) },
      ]),
    ),
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
  };
}

type ResponseObject = JsonSchema & {
  readonly headers?: object;
  readonly content?: Readonly<Record<string, JsonSchema>>;
};

function describeOperation(operation: Operation): JsonSchema {
  const { parameters, body, responses, errors, tag, operationId, summary, description, security } = operation;
  const mediaTypes = mediaTypesOf(operation);
  const negotiation: ErrorStatus[] = mediaTypes.includes('*/*') ? [] : [406];
  const successes = Object.entries(responses as Readonly<Record<string, ResponseObject>>).map(([status, response]) => {
    const headers = headersOfResponse(status, mediaTypes.includes('*/*'), response.headers);
    return [status, { ...response, headers }];
  });
  const failures = [...errors, ...negotiation, ...errorsEverywhere].map((status) => [status, describeError(status)]);
  return {
    ...{ operationId, tags: [tag], summary, description, security },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    parameters: [
      ...describeParameters('path', parameters.path),
      ...describeParameters('query', parameters.query),
      ...requestHeaders(Object.keys(responses), mediaTypes),
    ],
    responses: { ...Object.fromEntries(failures), ...Object.fromEntries(successes) },
  };
}

function withExamples(schemas: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const example = exampleOf(name);
      return [name, example === undefined ? schema : { ...schema, examples: [example] }];
    }),
  );
}

function describeParameters(location: 'path' | 'query', schemas: Readonly<Record<string, JsonSchema>>): JsonSchema[] {
  return Object.entries(schemas).map(([name, { description, ...schema }]) => {
    const example = location === 'path' ? exampleOf(name) : undefined;
    return {
      ...{ name, in: location, required: location === 'path', description, schema },
      ...(example === undefined ? {} : { example }),
    };
  });
}

function describeError(status: ErrorStatus): ResponseObject {
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

/** Returns the example of an error with the status's first reason, which is the most common. */
function exampleOfError(status: ErrorStatus): unknown {
  const [reason, { message }] = Object.entries(catalogue).find(([, entry]) => entry.status === status)!;
  return { detail: { message, reason } };
}
