// The configuration of a client and the message of docs/agents.md, as they stand.

import { demoSubjects } from '../../src/demo/data/demo-places.js';
import { startGateway } from '../support/start-gateway.js';
import { block } from './documents.js';

it('docs/agents.md contains a client and a message that reach the tools', async () => {
  const gateway = await startGateway({ environment: { MCP: 'on' } });
  try {
    const { url, headers } = JSON.parse(block('mcp-client').text).mcpServers['task-runs'];
    expect([new URL(url).pathname, Object.keys(headers)]).toEqual(['/mcp', ['Authorization']]);
    const [, body] = /--data '(.*)'/.exec(block('mcp-call').text)!;
    const names = [...block('mcp-call').text.matchAll(/--header ['"]([\w-]+): ([^'"]+)/g)];
    const token = await gateway.tokenFor(demoSubjects.viewer);
    const response = await fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: names.map(([, name, value]) => [name!, value!.replace('$TOKEN', token)] as [string, string]),
      body: body!,
    });
    const { result, ...rest } = (await response.json()) as Record<string, any>;
    const documented = JSON.parse(block('mcp-called').text);
    expect(rest).toEqual({ jsonrpc: documented.jsonrpc, id: documented.id });
    const { content, structuredContent } = documented.result;
    const [{ type, text }] = content;
    expect(Object.keys(result.structuredContent.data.viewer)).toEqual(Object.keys(structuredContent.data.viewer));
    expect(result.content).toEqual([{ type, text: expect.stringContaining(text.replace('…', '')) }]);
  } finally {
    await gateway.close();
  }
});
