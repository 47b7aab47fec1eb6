// Calls of the tools for agents, with arguments generated from their JSON schemas.

import { valueBySchema } from './json-schema.js';
import { createValues } from './values.js';

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ tools: readonly object[], random: import('../random.js').Random, world: object }} parts
 */
export function createMcpGenerator({ tools, random, world }) {
  return (caller) => {
    const values = createValues({ random, world, caller });
    const tool = random.pick(tools);
    const given = () => valueBySchema(tool.inputSchema, { values, definitions: tool.inputSchema.$defs ?? {} });
    const call = (name, args) => ({ method: 'tools/call', params: { name, arguments: args } });
    const clientInfo = { name: 'compare', version: '1' };
    const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const others = [
      () => ({ method: 'initialize', params: initialize }),
      () => ({ method: 'tools/list' }),
      () => ({ method: 'ping' }),
      () => ({ method: 'resources/list' }),
      () => call('unknown', {}),
      () => call(tool.name, { ...given(), unknown: 1 }),
      () => call(tool.name, 5),
      () => call(tool.name, []),
      () => call(tool.name, null),
      () => call(tool.name, Object.fromEntries(Object.keys(given()).map((name) => [name, {}]))),
      () => call(tool.name, Object.fromEntries(Object.keys(given()).map((name) => [name, null]))),
      () => call(tool.name, {}),
      () => call(5, given()),
      () => ({ method: 'tools/call' }),
      () => ({ method: 'notifications/initialized', id: undefined }),
      () => ({ method: 5 }),
      () => ({ jsonrpc: '1.0', method: 'ping' }),
      () => ({ id: null, method: 'ping' }),
    ];
    const message = random.chance(70) ? call(tool.name, given()) : random.pick(others)();
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...message });
    const request = { method: 'POST', path: '/mcp', headers, body };
    return { entry: 'mcp', steps: [random.chance(88) ? request : random.pick(wrongs)(request)] };
  };
}

const withHeaders = (request, headers) => ({ ...request, headers: { ...request.headers, ...headers } });
/** Invalid or unusual forms of a request with a message. */
const wrongs = [
  (request) => withHeaders(request, { accept: 'application/json' }),
  (request) => withHeaders(request, { accept: 'text/event-stream' }),
  (request) => withHeaders(request, { 'content-type': 'text/plain' }),
  (request) => withHeaders(request, { 'mcp-protocol-version': '1999-01-01' }),
  (request) => withHeaders(request, { 'mcp-protocol-version': '2025-03-26' }),
  (request) => withHeaders(request, { 'apollo-federation-include-trace': 'ftv1', 'x-cost': '1' }),
  (request) => withHeaders(request, { origin: 'https://x.example' }),
  (request) => ({ ...request, body: request.body.slice(1) }),
  (request) => ({ ...request, body: `[${request.body}]` }),
  (request) => ({ ...request, body: '' }),
  (request) => ({ ...request, body: '5' }),
  (request) => ({ ...request, method: 'GET', body: undefined }),
  (request) => ({ ...request, method: 'DELETE', body: undefined }),
  (request) => ({ ...request, method: 'GET', path: '/.well-known/oauth-protected-resource/mcp', body: undefined }),
];
