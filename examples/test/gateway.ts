import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly unknown[];
}

export interface Gateway {
  readonly url: string;
  readonly token: string;
  readonly strangersToken: string;
  /** What GraphiQL shows, with variables over the demo data. */
  readonly examples: readonly { readonly name: string; readonly variables: Record<string, unknown> }[];
  ask(body: { query: string; variables: Record<string, unknown> }): Promise<Answer>;
  stop(): Promise<void>;
}

const repository = new URL('../../../', import.meta.url);

/** The built gateway with demo data of its own. */
export async function startGateway(): Promise<Gateway> {
  const load = (path: string) => import(new URL(path, repository).href);
  const { startGateway: start } = await load('test/support/demo-gateway.mjs');
  const { readExampleOperations } = await load('dist/src/demo/example-operations.js');
  const { demoSubjects } = await load('dist/src/demo/data/demo-places.js');
  const { url: origin, dataDir, stop } = await start();
  const tokenOf = (subject: string) =>
    execFileSync(process.execPath, ['dist/src/main.js', 'token', '--subject', subject], {
      cwd: fileURLToPath(repository),
      env: { ...process.env, DATA_DIR: dataDir },
      encoding: 'utf8',
    }).trim();
  const url = `${origin}/graphql`;
  const token = tokenOf(demoSubjects.viewer);
  return {
    url,
    token,
    strangersToken: tokenOf(demoSubjects.stranger),
    examples: readExampleOperations(),
    ask: async (body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as Answer;
    },
    stop,
  };
}
