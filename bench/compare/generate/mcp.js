// Calls of the tools for agents, with arguments by their JSON schemas.

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
    ];
    const message = random.chance(80) ? call(tool.name, given()) : random.pick(others)();
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...message });
    return { entry: 'mcp', steps: [{ method: 'POST', path: '/mcp', headers, body }] };
  };
}
