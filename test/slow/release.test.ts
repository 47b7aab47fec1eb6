// The commands of a release in docs/CONTRIBUTING.md, in a clone, except those that need a registry.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { block, readText, root } from '../docs/documents.js';

const run = promisify(execFile);
const { version } = JSON.parse(readText('package.json'));

let folder: string;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'gateway-release-')), 'task-run-gateway');
  await run('git', ['clone', '--quiet', root, folder]);
});
afterAll(() => rm(join(folder, '..'), { recursive: true }));

it('a release has its version in all files, its heading in the changelog, a tag, a package and an SBOM', async () => {
  const identity = ['AUTHOR', 'COMMITTER'].map((role) => `export GIT_${role}_NAME=a GIT_${role}_EMAIL=a@example.com`);
  // test/slow/package.test.ts packs.
  const npm = 'npm() { if [ "$1" = pack ]; then touch "task-run-gateway-$NEW.tgz"; else command npm "$@"; fi; }';
  const blocks = ['release-version', 'release-commit', 'release-files'].map((marker) => block(marker).text);
  await run('bash', ['-euc', [...identity, npm, ...blocks].join('\n')], { cwd: folder });

  const git = async (...args: string[]) => (await run('git', args, { cwd: folder })).stdout.trim();
  expect(await git('describe')).toBe('v1.0.0');
  expect(await git('grep', '-lF', version, ':!CHANGELOG.md').catch(() => '')).toBe('');
  const changed = await git('show', '--format=', '--name-only');
  expect(changed.split('\n')).toEqual(
    expect.arrayContaining(['package.json', 'package-lock.json', 'src/version.ts', 'deploy/kubernetes.yaml']),
  );
  expect(await readFile(join(folder, 'CHANGELOG.md'), 'utf8')).toMatch(/^## \[Unreleased\]\n\n## \[1\.0\.0\] - \d/m);

  const { components } = JSON.parse(await readFile(join(folder, 'task-run-gateway-1.0.0.cdx.json'), 'utf8'));
  const { packages } = JSON.parse(readText('package-lock.json')) as { packages: Record<string, { dev?: true }> };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const names = installed.map(([path]) => path.split('node_modules/').at(-1)!);
  expect(new Set(components.map(({ name }: { name: string }) => name))).toEqual(new Set(names));
  expect(await readFile(join(folder, 'task-run-gateway-1.0.0.sha256'), 'utf8')).toMatch(/\.cdx\.json\n.*\.tgz\n$/);
});
