// The definition of a REST API route. It is used to validate requests and to generate the OpenAPI document.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { malformedId, orNot, validationFailed } from '../../errors/validation.js';
import { preferredRestType } from '../../graphql/operation/media-type.js';
import { registerOptions } from '../../http/options-route.js';
import type { AuditEntry } from '../../task-runs/audit/response-audit.js';
import type { ErrorStatus } from './error-statuses.js';
import { readQueryParameters } from './query-parameters.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The operation that describes the route in the OpenAPI document. If omitted, the document does not contain the
     * route.
     */
    readonly operation?: Operation;
  }
}

/** A JSON Schema that both OpenAPI 3.1 and Fastify's validator support. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The groups of operations with their descriptions. */
export const operationTags = {
  'Task runs': 'Single runs, and lists of runs page by page.',
  Exports: 'All runs that match a filter, as one stream.',
  Changes: 'Runs that were inserted, changed or deleted since a cursor, as pages or events.',
  Files: 'The bytes of files.',
  Reports: 'Sums over the runs of a period: tokens, usage, timing and credits.',
  Caller: 'The caller that the token identifies, and its permissions.',
} as const;
export type OperationTag = keyof typeof operationTags;

export interface Operation {
  /** The path in OpenAPI's form. A last segment `{file_name}` matches any string. */
  readonly path: string;
  readonly operationId: string;
  /** The group to which the operation belongs. */
  readonly tag: OperationTag;
  readonly summary: string;
  readonly description: string;
  readonly parameters: {
    /** Path parameters. An invalid one is reported as a malformed identifier. */
    readonly path: Readonly<Record<string, JsonSchema>>;
    readonly query: Readonly<Record<string, JsonSchema>>;
  };
  /** The schema of a POST's body; omitted for GET. */
  readonly body?: JsonSchema;
  /** OpenAPI security requirements, any of which suffices. */
  readonly security: readonly JsonSchema[];
  /** OpenAPI response objects, except those of errors. */
  readonly responses: Readonly<Record<string, JsonSchema>>;
  /** Schemas of bodies by name, in addition to the shared ones. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  /** The error statuses that the operation can return. */
  readonly errors: readonly ErrorStatus[];
}

export interface Route {
  readonly operation: Operation;
  /** The entry of audit lines about requests that fail; `rest` by default. */
  readonly auditEntry?: AuditEntry;
  /** Called before values are validated, so that callers without a valid token get no other errors. */
  readonly authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /** Whether the handler chooses the media type by more than the Accept header. */
  readonly negotiates?: boolean;
  /** Whether the handler estimates the cost of a request because the cost depends on the values. */
  readonly estimatesCost?: boolean;
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
}

/** The expected cost of a request that does not scan runs, such as for a single run or a file. */
const expectedPoints = 20;

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Registers GET and HEAD, or POST, and OPTIONS. Other methods get a 405 that lists the allowed ones. */
export function registerRoute(
  app: FastifyInstance,
  { operation, auditEntry = 'rest', authenticate, negotiates = false, estimatesCost = false, handler }: Route,
): void {
  const url = toRouteUrl(operation.path);
  const { body } = operation;
  const { path, query } = operation.parameters;
  const offered = mediaTypesOf(operation);
  const isNegotiated = !negotiates && !offered.includes('*/*');
  const methods = allMethods.filter((method) => (body ? method === 'POST' : method === 'GET' || method === 'HEAD'));
  const allowed = [...methods, 'OPTIONS'].join(', ');
  app.route({
    method: methods,
    url,
    config: { operation },
    schema: {
      params: { type: 'object', properties: path },
      querystring: { type: 'object', properties: query },
      ...(body ? { body } : {}),
    },
    schemaErrorFormatter: ([fault], location) => toValidationError(fault!, location, query),
    onRequest: authenticate,
    preValidation: async (request) => {
      // The validator rejects malformed identifiers first.
      if (request.validateInput(request.params, 'params'))
        readQueryParameters(request.query as Record<string, unknown>, query);
    },
    preHandler: async (request) => {
      if (isNegotiated) assertAcceptable(request, offered);
      if (!estimatesCost) await request.budget?.cost.admit(expectedPoints);
    },
    handler: (request, reply) =>
      handler(request, reply).catch(async (error: unknown) => {
        // A request with a link has no scope.
        await request.scope?.audit?.recordError(error, { entry: auditEntry, operation: url });
        throw error;
      }),
  });
  registerOptions(app, url, allowed);
  app.route({
    method: allMethods.filter((method) => !methods.includes(method)),
    url,
    // Runs before the body is read, because the body's type may be unknown.
    onRequest: async (_request, reply) => {
      reply.header('allow', allowed);
      throw new GatewayError('METHOD_NOT_ALLOWED');
    },
    handler: async () => {},
  });
}

/** @throws GatewayError NOT_ACCEPTABLE if the client accepts none of the offered media types */
export function assertAcceptable({ headers }: FastifyRequest, offered: readonly string[]): void {
  if (preferredRestType(headers.accept, offered) === undefined) throw new GatewayError('NOT_ACCEPTABLE');
}

/** Returns an operation's path in Fastify's form. */
function toRouteUrl(path: string): string {
  return path.replace('{file_name}', '*').replace(/\{(\w+)\}/g, ':$1');
}

/** Returns the media types of an operation's responses. */
export function mediaTypesOf({ responses }: Operation): string[] {
  return Object.values(responses).flatMap(({ content }) => Object.keys(content ?? {}));
}

interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params?: {
    readonly missingProperty?: string;
    readonly allowedValues?: readonly string[];
    readonly format?: string;
  };
  /** The invalid value. */
  readonly data?: unknown;
}

function toValidationError(
  fault: SchemaFault,
  location: string,
  query: Operation['parameters']['query'],
): GatewayError {
  if (location === 'body') return toBodyError(fault);
  const { instancePath, keyword, params, data } = fault;
  const [, name, index] = instancePath.split('/') as [string, string, string?];
  // Only ids have a pattern, both in the path and in the query.
  if (location === 'params' || keyword === 'pattern' || params?.format === 'uuid') return malformedId(name, data);
  const schema = query[name]!;
  const valueSchema = index === undefined ? schema : (schema.items as JsonSchema);
  return validationFailed(['query', name], `must be ${describeValue(valueSchema)}${orNot(data)}`, keyword);
}

function toBodyError({ instancePath, keyword, message, params, data }: SchemaFault): GatewayError {
  const names = instancePath.split('/').slice(1);
  const loc = ['body', ...names.map((name) => (/^\d+$/.test(name) ? Number(name) : name))];
  const { missingProperty: missing, allowedValues } = params ?? {};
  if (allowedValues)
    return validationFailed(loc, `must be ${describeValue({ enum: allowedValues })}${orNot(data)}`, keyword);
  return missing === undefined
    ? validationFailed(loc, message!, keyword)
    : validationFailed([...loc, missing], 'is required', 'missing');
}

/** The part of a JSON Schema that describes values. */
interface ValueSchema {
  readonly type?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Describes a parameter's values as the end of a sentence: "an integer between 1 and 100". */
function describeValue({ type, enum: values, minimum, maximum }: ValueSchema): string {
  if (values) return `one of ${values.join(', ')}`;
  const noun = { integer: 'an integer', number: 'a number' }[String(type)] ?? 'a single value';
  return minimum === undefined || maximum === undefined ? noun : `${noun} between ${minimum} and ${maximum}`;
}
