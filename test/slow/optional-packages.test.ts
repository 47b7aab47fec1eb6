// The program in an installation without its optional packages, as created by `npm ci --omit=dev --omit=optional`.

import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readText, root } from '../docs/documents.js';
import { spawnProgram } from '../support/spawned-program.js';

const { optionalDependencies } = JSON.parse(readText('package.json'));
const optional = Object.keys(optionalDependencies);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-optional-'));
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  const installed = join(root, 'node_modules');
  for (const name of await namesIn(installed)) {
    if (optional.includes(name)) continue;
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await symlink(join(installed, name), join(folder, 'node_modules', name));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Returns the names of packages, including those in a scope. */
async function namesIn(modules: string): Promise<readonly string[]> {
  const names = await Promise.all(
    (await readdir(modules)).map(async (name) =>
      name.startsWith('@') ? (await readdir(join(modules, name))).map((inner) => `${name}/${inner}`) : [name],
    ),
  );
  return names.flat();
}

const start = (args: readonly string[], environment: Record<string, string> = {}) =>
  spawnProgram({ shell: `cd ${folder} && exec node dist/src/main.js ${args.join(' ')}` }, environment).ended;

describe('the program without optional packages', () => {
  it('names all that the configuration requires at its start', async () => {
    const { code, errors } = await start(['start'], {
      FILES_URL: 's3://bucket',
      AWS_REGION: 'eu-west-3',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    });
    expect(code).toBe(1);
    for (const [name, packages] of [
      ['DATABASE_URL is not set', /@electric-sql/],
      ['FILES_URL requires', /@aws-sdk/],
      ['OTEL_EXPORTER_OTLP_ENDPOINT requires', /@opentelemetry/],
    ] as const) {
      const line = errors.split('\n').find((text) => text.includes(name));
      expect(line).toContain(
        `npm install --no-save ${optional.filter((packageName) => packages.test(packageName)).join(' ')}.`,
      );
    }
  });

  it('needs none of them for a database and files in a folder', async () => {
    const environment = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', AUTH_ISSUERS: '[]' };
    const { code, errors } = await start(['migrate'], environment);
    expect([code, errors]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
    expect((await start(['schema'])).output).toContain('type TaskRun');
  });
});
