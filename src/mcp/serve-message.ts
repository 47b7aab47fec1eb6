// Responds to a client's message through the SDK. This module is imported with the first message, because most gateways
// never receive one.

import {
  type CallToolResult,
  createMcpHandler,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type TextContent,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { ChargedWork } from '../admission/charged-work.js';
import type { RestEstimator } from '../admission/rest-estimate.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { GatewayContext } from '../graphql/context.js';
import type { Operations } from '../graphql/operation/operations.js';
import { version } from '../version.js';
import { ToolCall } from './call-tool.js';
import { ResultBudget } from './fit-result.js';
import { readRun, resourceTemplates } from './read-resource.js';
import type { RunTool } from './tools.js';

export interface McpMessage {
  readonly request: Request;
  /** Any parsed JSON except a list. */
  readonly body: unknown;
  readonly tools: ReadonlyMap<string, RunTool>;
  readonly operations: Operations;
  readonly context: GatewayContext;
  /** The work on the message, which is charged to the caller. */
  readonly work: ChargedWork;
  readonly resultTokens: number;
  readonly estimator: Pick<RestEstimator, 'findings'>;
}

const instructions =
  'Task runs are the records of executions of LLM tasks. Call find_tasks or whoami first: they return the ids that other tools require. The id alone identifies a run. A result that is too long ends with `left`: what is missing, and the arguments to continue. In tasks with the run access USAGE, inputs, responses, failure messages and files are not visible.';

/** Trusted documents may change, and only callers with a token may read them. */
const cacheHint = { ttlMs: 60_000, cacheScope: 'private' } as const;
const cacheHints = { 'server/discover': cacheHint, 'tools/list': cacheHint, 'resources/templates/list': cacheHint };

/** The first revision in which clients support links to resources. */
const firstWithLinks = '2025-06-18';

/** Serves a message without a session, so that a client may send each message to a different gateway. */
export async function serveMessage(message: McpMessage): Promise<Response> {
  const { request, body } = message;
  if (!(await isLegacyRequest(request, body))) {
    return createMcpHandler(() => createServer(message), { legacy: 'reject' }).fetch(request, { parsedBody: body });
  }
  // Earlier revisions also get JSON, which is readable on a command line. The SDK's own fallback sends events.
  const server = createServer(message);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody: body });
  } finally {
    await server.close();
  }
}

function createServer({ request, tools, operations, context, work, resultTokens, estimator }: McpMessage): Server {
  const server = new Server(
    { name: 'task-run-gateway', version },
    { capabilities: { tools: {}, resources: {} }, instructions, cacheHints },
  );
  const budget = new ResultBudget(resultTokens);
  const open = (tool: RunTool) => new ToolCall(tool, { context, work, operations, budget, estimator });
  server.setRequestHandler('tools/list', () => ({ tools: [...tools.values()].map(({ tool }) => tool) }));
  server.setRequestHandler('tools/call', ({ params }) => {
    const tool = tools.get(params.name);
    if (tool === undefined) throw invalid('`name` must be a tool that `tools/list` returns.');
    return call(open(tool), params.arguments ?? {}).catch(mask);
  });
  server.setRequestHandler('resources/list', () => ({ resources: [] }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) =>
    readRun(uri, (name) => open(tools.get(name)!), budget).catch((error) => {
      throw error instanceof GatewayError ? toProtocolError(error, uri) : mask(error);
    }),
  );
  return server;

  async function call(toolCall: ToolCall, toolArguments: Readonly<Record<string, unknown>>): Promise<CallToolResult> {
    try {
      const { text, structured, links, isError } = await toolCall.run(toolArguments);
      const version = request.headers.get('mcp-protocol-version') ?? '';
      return {
        content: [toText(text), ...(version >= firstWithLinks ? links : [])],
        structuredContent: structured as Record<string, unknown>,
        ...(isError && { isError }),
      };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const presented = operations.present(error);
      if (error.reason === 'VALIDATION_FAILED') return { content: [toText(presented.message)], isError: true };
      const structuredContent = { errors: [presented] };
      return { content: [toText(JSON.stringify(structuredContent))], structuredContent, isError: true };
    }
  }

  /** @throws ProtocolError for an unknown error; it is logged, but the client receives no details */
  function mask(cause: unknown): never {
    const { request } = context;
    const error = new GatewayError('INTERNAL_SERVER_ERROR', { requestId: request.id });
    request.recordError(error);
    request.log.error({ err: cause, code: error.extensions.code }, 'A message failed.');
    throw toProtocolError(error);
  }
}

function toText(text: string): TextContent {
  return { type: 'text', text };
}

function invalid(message: string, data?: object): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message, data);
}

/** @param uri the URI of a resource: clients recognize the error for a missing resource by its URI */
function toProtocolError({ message, extensions }: GatewayError, uri?: string): ProtocolError {
  const { status, code, reason, retryAfter, requestId } = extensions;
  if (uri !== undefined && status < 500 && status !== 429) return invalid(message, { uri });
  return new ProtocolError(ProtocolErrorCode.InternalError, message, { code, reason, retryAfter, requestId });
}
