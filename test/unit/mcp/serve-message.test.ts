// Messages whose operation fails in ways that the gateway does not know.

import { ChargedWork } from '../../../src/admission/charged-work.js';
import { RequestCost } from '../../../src/admission/request-cost.js';
import { type McpMessage, serveMessage } from '../../../src/mcp/serve-message.js';
import type { GraphqlErrorResponse } from '../../support/graphql-client.js';

const id = '01a1ffff-0000-0000-0000-000000000001';
const requestId = 'the-request';
const fault = new Error('connect ECONNREFUSED 10.0.0.7:5432');

interface Addressed {
  readonly name?: string;
  readonly uri?: string;
}

/** Serves a message whose operation gets this response. */
async function serve(method: string, params: object, respond: () => unknown, revision = '2025-11-25') {
  const errors: string[] = [];
  const logged: object[] = [];
  const cost = new RequestCost();
  const isModern = revision === '2026-07-28';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': revision,
    ...(isModern && { 'mcp-method': method, 'mcp-name': (params as Addressed).name ?? (params as Addressed).uri }),
  };
  const tool = { runTool: {}, tool: { name: 'get_run', inputSchema: { type: 'object', properties: { id: {} } } } };
  const message = {
    request: new Request('http://gateway/mcp', { method: 'POST', headers }),
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, ...(isModern && { _meta }) } },
    tools: new Map([
      ['get_run', tool],
      ['read_response', tool],
    ]),
    operations: { respond },
    context: {
      budget: { cost },
      request: {
        id: requestId,
        log: { error: (fields: object) => logged.push(fields) },
        recordError: ({ extensions }: GraphqlErrorResponse) => errors.push(extensions.code),
      },
    },
    work: new ChargedWork(cost),
    resultTokens: 20_000,
  } as unknown as McpMessage;
  const response = await serveMessage(message);
  return { text: await response.text(), errors, logged };
}

const calls = [
  ['tools/call', { name: 'get_run', arguments: { id } }],
  ['resources/read', { uri: `task-run://${id}/response` }],
] as const;
const internalError = {
  code: -32603,
  message: 'An internal error occurred.',
  data: { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL_SERVER_ERROR', requestId },
};

describe('an unknown error behind a message for tools', () => {
  it.each(
    calls.flatMap(([method, params]) => ['2025-11-25', '2026-07-28'].map((item) => [method, item, params] as const)),
  )('is masked, and logged once with the id of the request: %s, %s', async (method, revision, params) => {
    const fail = () => {
      throw fault;
    };
    const { text, errors, logged } = await serve(method, params, fail, revision);
    expect(JSON.parse(text).error).toEqual(internalError);
    expect(errors).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(logged).toEqual([{ err: fault, code: 'INTERNAL_SERVER_ERROR' }]);
  });

  it('is the same behind a field that a resource reads, which is logged with its operation', async () => {
    const extensions = { code: 'INTERNAL_SERVER_ERROR', status: 500, reason: 'INTERNAL_SERVER_ERROR', requestId };
    const result = { data: { node: null }, errors: [{ message: internalError.message, extensions }] };
    const { text, errors, logged } = await serve(...calls[1], () => ({ result }));
    expect(JSON.parse(text).error).toEqual(internalError);
    expect([errors, logged]).toEqual([[], []]);
  });
});

describe('a known error behind a resource', () => {
  it.each([
    ['SERVICE_UNAVAILABLE', 'DEADLINE_EXCEEDED', 503, -32603],
    ['RATE_LIMITED', 'RATE_LIMITED', 429, -32603],
    ['FORBIDDEN', 'PERMISSION_CHECK_FAILED', 403, -32602],
    ['NOT_FOUND', 'TASK_RUN_NOT_FOUND', 404, -32602],
  ])('has its code, unless the resource is none for the caller: %s', async (code, reason, status, rpcCode) => {
    const extensions = { code, status, reason, ...(rpcCode === -32603 && { retryAfter: 2 }) };
    const result = { data: { node: null }, errors: [{ message: 'The message.', extensions }] };
    const { text } = await serve(...calls[1], () => ({ result }));
    const data = rpcCode === -32603 ? { code, reason, retryAfter: 2 } : { uri: calls[1][1].uri };
    expect(JSON.parse(text).error).toEqual({ code: rpcCode, message: 'The message.', data });
  });
});
