// The Model Context Protocol over Streamable HTTP
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports). Agents read runs with tools. Tools are
// operations, so tokens, permissions and costs work the same as elsewhere.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { demoIssuerName } from '../access/tokens/demo-issuer.js';
import type { TrustedIssuers } from '../access/tokens/trusted-issuers.js';
import { ChargedWork } from '../admission/charged-work.js';
import { costReportOf } from '../admission/cost-report.js';
import { createRestEstimator } from '../admission/rest-estimate.js';
import type { ScopeSizes } from '../admission/scope-size.js';
import type { Config } from '../config/config.js';
import type { IssuerConfig } from '../config/values.js';
import { GatewayError } from '../errors/gateway-error.js';
import { validationFailed } from '../errors/validation.js';
import { formatCount } from '../format-count.js';
import { assertVariableSize } from '../graphql/operation/request-limits.js';
import type { GraphqlServer } from '../graphql/operation/start-graphql-server.js';
import { authenticate, openScope } from '../http/authenticate.js';
import { isAllowedOrigin } from '../http/cors.js';
import { KeptText } from '../http/kept-text.js';
import { levelsOf } from '../json/levels.js';
import { limits } from '../limits.js';
import type { Scopes } from '../request/scope.js';
import { type RunTool, toTools } from './tools.js';

export const mcpPath = '/mcp';

/** The path of the metadata for the resource at {@link mcpPath} (RFC 9728). */
const metadataPath = `/.well-known/oauth-protected-resource${mcpPath}`;

const maxValues = limits.messageValues.value;

interface McpRouteOptions {
  readonly server: Pick<GraphqlServer, 'schema' | 'operations' | 'trustedLists'>;
  readonly scopes: Scopes;
  readonly scopeSizes: ScopeSizes;
  readonly costMode: Config['costMode'];
  readonly resultTokens: number;
  readonly corsOrigins: Config['corsOrigins'];
  /** The base of absolute URLs, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly issuers: Pick<TrustedIssuers, 'verify' | 'current'>;
}

export function registerMcp(app: FastifyInstance, options: McpRouteOptions): void {
  const { server, scopes, scopeSizes, costMode, resultTokens, corsOrigins, publicUrl, issuers } = options;
  const currentTools = toolsOf(server);
  const estimator = createRestEstimator(scopeSizes);

  const config = { resourceMetadata: () => publicUrl() + metadataPath };
  const admit = async (request: FastifyRequest) => {
    checkOrigin(request.headers.origin);
    await authenticate(request, issuers);
  };
  app.route({
    method: 'POST',
    url: mcpPath,
    config,
    onRequest: admit,
    handler: async (request, reply) => {
      const { body } = request;
      if (Array.isArray(body)) throw validationFailed(['body'], 'must be a single message, not a list');
      request.incoming.setTraceparent(paramsOf(body)._meta?.traceparent);
      assertVariableSize({ variables: argumentsIn(body) }, ['body', 'params', 'arguments']);
      assertMessageSize(body);
      const { serveMessage } = await import('./serve-message.js');
      const context = openScope(request, reply, scopes, costReportOf(request, costMode));
      // Operations estimate their own costs.
      if (!isOperation(body)) await context.budget.cost.admit(0);
      const work = new ChargedWork(context.budget.cost);
      try {
        const response = await serveMessage({
          request: new Request(new URL(request.url, publicUrl()), { method: 'POST', headers: headersOf(request) }),
          body,
          tools: currentTools(),
          operations: server.operations,
          context,
          work,
          resultTokens,
          estimator,
        });
        for (const [name, value] of response.headers) reply.header(name, value);
        return reply.code(response.status).send(await response.text());
      } finally {
        work.end();
      }
    },
  });
  // There are no sessions to end and no streams for messages from the server.
  app.route({
    method: ['GET', 'HEAD', 'DELETE'],
    url: mcpPath,
    config,
    // Runs before the body is read. Clients look for the authorization server with a GET without a token.
    onRequest: async (request, reply) => {
      await admit(request);
      reply.header('allow', 'POST');
      throw new GatewayError('METHOD_NOT_ALLOWED');
    },
    handler: async () => {},
  });

  registerMetadata(app, options);

  /** Rejects origins other than the gateway's own and the configured ones, to prevent DNS rebinding. */
  function checkOrigin(origin: string | undefined): void {
    const isAllowed =
      origin === undefined || origin === new URL(publicUrl()).origin || isAllowedOrigin(origin, corsOrigins);
    if (!isAllowed) throw new GatewayError('ORIGIN_NOT_ALLOWED');
  }
}

/** Registers the metadata that lets agents discover where to get tokens. */
function registerMetadata(app: FastifyInstance, { publicUrl, issuers }: McpRouteOptions): void {
  const metadata = new KeptText((url: string, ...servers: string[]) =>
    JSON.stringify({
      resource: url + mcpPath,
      ...(servers.length > 0 && { authorization_servers: servers }),
      bearer_methods_supported: ['header'],
      resource_name: 'Task-run gateway',
      resource_documentation: `${url}/docs/agents.md`,
    }),
  );
  app.get(metadataPath, (_request, reply) => {
    const servers = issuers.current().filter(isAuthorizationServer);
    reply.type('application/json; charset=utf-8');
    return metadata.sendVersion(reply, publicUrl(), ...servers.map(({ issuer }) => issuer));
  });
}

/**
 * Returns whether clients can get tokens from an issuer. They cannot from Kratos, which has only sessions, or from the
 * demo issuer.
 */
function isAuthorizationServer({ issuer, type }: IssuerConfig): boolean {
  return type !== 'kratos' && issuer !== demoIssuerName;
}

/** Returns a function that returns the tools of the current trusted documents. */
function toolsOf({ schema, trustedLists }: McpRouteOptions['server']) {
  let { listed } = trustedLists;
  let tools: ReadonlyMap<string, RunTool> = toTools(trustedLists.own, listed, schema);
  return () => {
    if (listed !== trustedLists.listed) {
      ({ listed } = trustedLists);
      tools = toTools(trustedLists.own, listed, schema);
    }
    return tools;
  };
}

/** Returns whether a message calls a tool or reads a resource. */
function isOperation(body: unknown): boolean {
  const { method } = (body ?? {}) as { readonly method?: unknown };
  return method === 'tools/call' || method === 'resources/read';
}

interface MessageParams {
  readonly arguments?: unknown;
  readonly _meta?: { readonly traceparent?: unknown } | null;
}

function paramsOf(body: unknown): MessageParams {
  return ((body ?? {}) as { readonly params?: MessageParams | null }).params ?? {};
}

function argumentsIn(body: unknown): unknown {
  return paramsOf(body).arguments;
}

/** Limits the number of values, because the SDK's error contains some 250 characters for each invalid value. */
function assertMessageSize(body: unknown): void {
  const loc = ['body'];
  let count = 1;
  for (const level of levelsOf(body, loc, argumentsIn(body))) {
    for (const value of level) count += Object.keys(value).length;
    if (count > maxValues) {
      throw validationFailed(
        loc,
        `must have at most ${formatCount(maxValues)} values besides the arguments of a tool`,
        'too_long',
      );
    }
  }
}

/** Returns the headers that the SDK checks, without the token. */
function headersOf({ headers }: FastifyRequest): Headers {
  const copied = new Headers({ 'content-type': 'application/json' });
  for (const name of ['accept', 'mcp-protocol-version', 'mcp-method', 'mcp-name']) {
    const value = headers[name];
    if (typeof value === 'string') copied.set(name, value);
  }
  return copied;
}
