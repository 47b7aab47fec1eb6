import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandLine, commandLineOf } from '../../src/command-line.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-line-'));
});
afterAll(() => rm(folder, { recursive: true }));

const linesAt = (path: string) => {
  const module = pathToFileURL(join(folder, path)).href;
  return [commandLineOf(module, 'start', ''), commandLineOf(module, 'seed', '--runs 1')];
};

describe('the command line in a hint', () => {
  it('runs an npm script in a clone', async () => {
    await writeFile(join(folder, 'build.js'), '');
    const scripts = ['npm start', 'npm run seed -- --runs 1'];
    expect(linesAt('dist/src/command-line.js')).toEqual(scripts);
    expect(linesAt('src/command-line.ts')).toEqual(scripts);
    expect(commandLine('migrate')).toBe('npm run migrate');
  });

  it('runs npx in an installed package', () => {
    expect(linesAt('x/node_modules/task-run-gateway/dist/src/command-line.js')).toEqual([
      'npx task-run-gateway start',
      'npx task-run-gateway seed --runs 1',
    ]);
  });

  it('runs the program itself in an image', () => {
    expect(linesAt('app/dist/src/command-line.js')).toEqual([
      'task-run-gateway start',
      'task-run-gateway seed --runs 1',
    ]);
  });
});
