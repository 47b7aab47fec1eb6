// Responds to a client's message by the SDK. Imported with the first message, because most gateways get none.

import {
  type CallToolResult,
  createMcpHandler,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors/gateway-error.js';
import type { GatewayContext } from '../graphql/context.js';
import type { Operations } from '../graphql/operation/answer-operation.js';
import { EventStream } from '../graphql/operation/event-stream.js';
import { otherProtocol } from '../graphql/operation/operation-port.js';
import { stringifyJson } from '../json/raw-json.js';
import { limits } from '../limits.js';
import { version } from '../version.js';
import type { RunTool } from './tools.js';
import { parsePiece, pieceAt, presentValues, preview } from './value-presenter.js';

export interface McpMessage {
  readonly request: Request;
  /** Any parsed JSON but a list. */
  readonly body: unknown;
  readonly tools: ReadonlyMap<string, RunTool>;
  readonly operations: Operations;
  readonly createContext: () => GatewayContext;
}

const instructions =
  'Task runs are the records of executions of LLM tasks. Call whoami or find_tasks first: they return the ids that other tools require. A run is found by its id alone. Of tasks with the run access USAGE, inputs, responses, failure messages and files are FORBIDDEN, and the run is null where the whole run data is read.';

/** Trusted documents may change, and are for callers with a token only. */
const cacheHint = { ttlMs: 60_000, cacheScope: 'private' } as const;
const cacheHints = { 'server/discover': cacheHint, 'tools/list': cacheHint };

/** Serves a message without a session, so that a client may send each message to another gateway. */
export async function serveMessage({ request, body, tools, operations, createContext }: McpMessage): Promise<Response> {
  if (!(await isLegacyRequest(request, body))) {
    return createMcpHandler(createServer, { legacy: 'reject' }).fetch(request, { parsedBody: body });
  }
  // Earlier revisions get JSON, too, which a person reads from a command line. The SDK's own fallback sends events.
  const server = createServer();
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody: body });
  } finally {
    await server.close();
  }

  function createServer(): Server {
    const server = new Server(
      { name: 'task-run-gateway', version },
      { capabilities: { tools: {} }, instructions, cacheHints },
    );
    server.setRequestHandler('tools/list', () => ({ tools: [...tools.values()].map(({ tool }) => tool) }));
    server.setRequestHandler('tools/call', ({ params }) => {
      const tool = tools.get(params.name);
      if (tool === undefined) {
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          '`name` must be a tool that `tools/list` returns.',
        );
      }
      return call(tool, params.arguments ?? {});
    });
    return server;
  }

  async function call(runTool: RunTool, toolArguments: Record<string, unknown>): Promise<CallToolResult> {
    const { document, byId, tool } = runTool;
    const unknown = Object.keys(toolArguments).filter((name) => !Object.hasOwn(tool.inputSchema.properties!, name));
    if (unknown.length > 0) {
      return toError(`There is no argument ${unknown.join(', ')}: the arguments are ${namesOf(tool.inputSchema)}.`);
    }
    const read = planRead(runTool, toolArguments);
    if (read instanceof GatewayError) return toError(read.message);
    const { variables, presenter } = read;
    const isByIdOnly = byId && Object.keys(variables).every((name) => hasVariable(byId, name));
    const operationName = isByIdOnly ? byId.name!.value : tool.name;
    const context = createContext();
    const port = { ...otherProtocol, ownDocument: document, context, entry: null, transport: () => null };
    const answer = await operations.answer({ operationName, variables }, port);
    if (answer instanceof EventStream) throw new Error('A tool is a query.');
    const { result } = answer;
    const text = stringifyJson(presentValues({ ...result }, presenter));
    const bytes = Buffer.byteLength(text);
    if (bytes > limits.toolBytes.value) {
      return toError(
        `The result has ${bytes} bytes, more than the ${limits.toolBytes.value} of a tool: ask for less at a time.`,
      );
    }
    try {
      await context.audit?.record({ entry: 'mcp', operation: tool.name, bytes });
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      context.logFields.recordError(error);
      return toError(error.message);
    }
    const isError = Object.values(result.data ?? {}).every((value) => value === null);
    // Numbers keep every digit in the text, not in `structuredContent`.
    return { ...toResult(text), structuredContent: JSON.parse(text), ...(isError && { isError }) };
  }
}

/** Separates the variables of the operation from arguments for the presentation of its result. */
function planRead({ isPiecewise }: RunTool, toolArguments: Record<string, unknown>) {
  if (!isPiecewise) return { variables: toolArguments, presenter: preview };
  const { offset, length, ...variables } = toolArguments;
  try {
    return { variables, presenter: pieceAt(parsePiece({ offset, length })) };
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

function hasVariable({ variableDefinitions = [] }: OperationDefinitionNode, name: string): boolean {
  return variableDefinitions.some(({ variable }) => variable.name.value === name);
}

function namesOf({ properties = {} }: RunTool['tool']['inputSchema']): string {
  return Object.keys(properties).join(', ') || 'none';
}

function toResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

function toError(text: string): CallToolResult {
  return { ...toResult(text), isError: true };
}
