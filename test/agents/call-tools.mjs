// Lists the tools and calls each of them with the named client. Prints the tools' names, the result texts, and the
// protocol revisions that were sent. Arguments: client, era, URL, and the calls as JSON. TOKEN is the token, if any.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const [, , client, era, url, calls] = process.argv;
const run = promisify(execFile);
const require = createRequire(import.meta.url);
const headers = process.env.TOKEN ? { Authorization: `Bearer ${process.env.TOKEN}` } : {};
const revisions = new Set();

const { fetch } = globalThis;
globalThis.fetch = (input, init) => {
  const revision = new Headers(init?.headers).get('mcp-protocol-version');
  if (revision !== null) revisions.add(revision);
  return fetch(input, init);
};

const clients = {
  /** Inspector sends each message from a process, for which the test waits. */
  async inspector() {
    const program = require
      .resolve('@modelcontextprotocol/inspector/package.json')
      .replace('package.json', 'clients/launcher/build/index.js');
    const send = async (...args) => {
      const given = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
      const common = ['--cli', url, '--transport', 'http', '--protocol-era', era, '--stored-auth-only', ...given];
      const { stdout } = await run(process.execPath, [program, ...common, ...args], { maxBuffer: 10_000_000 });
      return JSON.parse(stdout);
    };
    const { tools } = await send('--method', 'tools/list', '--strict');
    return {
      names: tools.map(({ name }) => name),
      call: (name, args) =>
        send('--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)),
    };
  },
  async 'ai-sdk'() {
    const { createMCPClient } = await import('@ai-sdk/mcp');
    const client = await createMCPClient({
      protocolVersionDiscovery: era === 'modern',
      transport: { type: 'http', url, headers },
    });
    const tools = await client.tools();
    return {
      names: Object.keys(tools),
      call: (name, args) => tools[name].execute(args, { messages: [], toolCallId: name }),
      close: () => client.close(),
    };
  },
  async langchain() {
    const { MultiServerMCPClient } = await import('@langchain/mcp-adapters');
    const client = new MultiServerMCPClient({ mcpServers: { runs: { transport: 'http', url, headers } } });
    const tools = await client.getTools();
    return {
      names: tools.map(({ name }) => name),
      async call(name, args) {
        // A single block is not a list.
        return { content: [await tools.find((tool) => tool.name === name).invoke(args)].flat() };
      },
      close: () => client.close(),
    };
  },
  async 'old-sdk'() {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
    const { tools } = await client.listTools();
    return {
      names: tools.map(({ name }) => name),
      call: (name, args) => client.callTool({ name, arguments: args }),
      close: () => client.close(),
    };
  },
};

const { names, call, close } = await clients[client]();
const texts = {};
const entries = Object.entries(JSON.parse(calls));
// Runs concurrently, because an Inspector process takes a second to start.
await Promise.all(
  entries.map(async ([name, args]) => {
    const { content } = await call(name, args);
    texts[name] = content[0].text;
  }),
);
await close?.();
process.stdout.write(JSON.stringify({ names, texts, revisions: [...revisions] }));
process.exit();
