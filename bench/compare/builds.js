// Builds commits, each in a separate folder.

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Builds commits, each once in a separate folder; commits with the same lock file share what npm installs.
 * @param {{ repository: string, folder: string, commits: readonly string[], log: (line: string) => void }} parts
 * @returns {Promise<{ root: string, commit: string }[]>}
 */
export async function buildCommits({ repository, folder, commits, log }) {
  const installed = new Map();
  if (existsSync(join(repository, 'node_modules'))) installed.set(lockIn(repository), join(repository, 'node_modules'));
  const builds = [];
  for (const [index, name] of commits.entries()) {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--verify', `${name}^{commit}`], {
      cwd: repository,
    });
    const commit = stdout.trim();
    const same = builds.find((build) => build.commit === commit);
    builds.push(same ?? { commit, root: await build(name, commit, join(folder, `build-${index}`)) });
  }
  return builds;

  async function build(name, commit, root) {
    log(`building ${name} (${commit.slice(0, 7)})`);
    await checkOut(repository, commit, root);
    const modules = installed.get(lockIn(root));
    if (modules) symlinkSync(modules, join(root, 'node_modules'));
    else await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--silent'], root);
    installed.set(lockIn(root), modules ?? join(root, 'node_modules'));
    await run(process.execPath, ['build.js'], root);
    return root;
  }
}

/** Writes the files of a commit, but nothing into the repository. */
async function checkOut(repository, commit, root) {
  mkdirSync(root);
  await run('sh', ['-c', 'git -C "$0" archive "$1" | tar -x', repository, commit], root);
}

const lockIn = (root) => readFileSync(join(root, 'package-lock.json'), 'utf8');

/** Runs a command whose output goes to standard error. */
function run(command, args, cwd) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 2, 2] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args[0]} ended with ${code}`)),
    );
  });
}
