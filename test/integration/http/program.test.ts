// The command line as a whole: its help, and its errors for unknown commands.

import { dirname, join } from 'node:path';
import { readText } from '../../docs/documents.js';
import { spawnProgram } from '../../support/spawned-program.js';

const run = (...args: string[]) => spawnProgram(['main.js', ...args]).ended;
const commands = [
  'start',
  'migrate',
  'seed',
  'token',
  'grant',
  'revoke',
  'grants',
  'schema',
  'export',
  'import',
  'names',
  'purge',
  'epoch',
  'doctor',
  'documents',
];

describe('the program', () => {
  it('lists every command', async () => {
    const { code, output, errors } = await run('--help');
    expect([code, errors]).toEqual([0, '']);
    const [, list] = output.split('Commands:\n');
    expect([...list!.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)).toEqual([...commands, 'help']);
  });

  it('stays silent when its reader closes the pipe', async () => {
    const { errors } = await spawnProgram({ shell: `exec ${process.execPath} main.js --help | true` }).ended;
    expect(errors).toBe('');
  });

  it('starts where its arguments begin with a flag of start', async () => {
    const { code, errors } = await run('--port', 'x', '--nonsense');
    expect([code, errors]).toEqual([
      2,
      expect.stringMatching(/^--nonsense is not an option\.\n--port is not an integer .*\nUsage: npm start -- /),
    ]);
  });

  it('prints the version of the package, and the commit', async () => {
    const { version } = JSON.parse(readText('package.json'));
    const output = `${version} (${readText('dist/commit')})\n`;
    expect(await run('--version')).toMatchObject({ code: 0, output, errors: '' });
  });

  it.each([
    [['schema'], 'schema.graphql'],
    [['schema', '--subgraph'], 'examples/federation/subgraph.graphql'],
  ])('prints by %j the text of %s, and nothing else', async (args, file) => {
    expect(await run(...args)).toMatchObject({ code: 0, output: readText(file), errors: '' });
  });

  it.each([
    ['mgirate', '--help'],
    ['mgirate', '--version'],
    ['help', 'mgirate'],
    ['mgirate', '--port', '1'],
  ])('names what it does not know of %s %s, and exits 2', async (...args) => {
    const { code, output, errors } = await run(...args);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain("unknown command 'mgirate'\n(Did you mean migrate?)");
  });

  it.each([
    ['mgirate', "unknown command 'mgirate'\n(Did you mean migrate?)"],
    ['--hepl', "unknown option '--hepl'\n(Did you mean --help?)"],
  ])('suggests a command for %s, lists the commands, and exits 2', async (word, message) => {
    const { code, output, errors } = await run(word);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain(message);
    for (const name of commands) expect(errors).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(commands)('offers the command %s with its own help, and rejects all that it does not know', async (name) => {
    const help = await run(name, '--help');
    expect(help).toMatchObject({ code: 0, output: expect.stringContaining(`Usage: task-run-gateway ${name} `) });
    const { code, output, errors } = await run(name, '--nonsense', 'stray', '--hepl');
    expect([code, output]).toEqual([2, '']);
    expect(errors).toMatch(
      new RegExp(
        `^--nonsense is not an option\\.\n"stray" does not belong to any option\\.\n--hepl is not an option\\. \\(Did you mean --help\\?\\)\n[\\s\\S]*Usage: npm (?:run )?${name} -- `,
      ),
    );
  });

  it('loads no package but commander until a command needs it', () => {
    const packages = new Set<string>();
    const names = new Set<string>();
    const follow = (file: string) => {
      if (names.has(file)) return;
      names.add(file);
      for (const [, target] of readText(file).matchAll(/^(?:import|export) (?!type)[^;']* from '([^']+)'/gm)) {
        if (target!.startsWith('.')) follow(join(dirname(file), target!).replace(/\.js$/, '.ts'));
        else if (!target!.startsWith('node:')) packages.add(target!);
      }
    };
    for (const file of ['src/main.ts', ...commands.map((name) => `src/commands/${name}.ts`)]) follow(file);
    expect([...packages]).toEqual(['commander']);
  });
});
