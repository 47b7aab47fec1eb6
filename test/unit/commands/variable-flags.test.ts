// Each variable is a flag of the commands that read it. `start` reads nearly all of them.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readArguments } from '../../../src/commands/arguments/configured-command.js';
import { rejectUnexpectedArguments } from '../../../src/commands/arguments/options.js';
import { createDoctorCommand } from '../../../src/commands/doctor.js';
import { createGrantCommand } from '../../../src/commands/grant.js';
import { createImportCommand } from '../../../src/commands/import.js';
import { createMigrateCommand } from '../../../src/commands/migrate.js';
import { createSeedCommand } from '../../../src/commands/seed.js';
import { createStartCommand } from '../../../src/commands/start.js';
import { createTokenCommand } from '../../../src/commands/token.js';
import { inspectConfig, inspectDatabaseConfig } from '../../../src/config/config.js';
import { variableNames, variables } from '../../../src/config/variables.js';
import { parsed } from './parsed-command.js';

const own = { ...process.env };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flags-'));
  await writeFile(join(folder, 'database'), 'postgres://h/file\n');
  await writeFile(join(folder, 'issuers.json'), '[{"issuer":"https://a/","jwks":"https://a/jwks"}]');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in own)) delete process.env[name];
  Object.assign(process.env, own);
});

const configOf = (...args: string[]) =>
  readArguments(parsed(createStartCommand(), args), rejectUnexpectedArguments, inspectConfig)[1];
const databaseOf = (command: Command, ...args: string[]) =>
  readArguments(parsed(command, args), rejectUnexpectedArguments, inspectDatabaseConfig)[1].database;

function messageOf(read: () => unknown): string {
  try {
    return `accepted ${JSON.stringify(read())}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The flags for variables, which have a separate heading in the help. */
const flagsOf = (command: Command) =>
  command.options.filter(({ helpGroupHeading }) => helpGroupHeading).map(({ long }) => long);

describe('the flags of variables', () => {
  it('win over the environment, an empty one too', () => {
    Object.assign(process.env, { PORT: '1', HOST: 'localhost', MAX_BODY_BYTES: '2000', INTROSPECTION: 'off' });
    expect(configOf('--port', '2', '--max-body-bytes=3000', '--host=', '--demo', 'on')).toMatchObject({
      port: 2,
      host: '127.0.0.1',
      limits: { bodyBytes: 3000 },
      introspection: 'off',
    });
  });

  it('show their defaults in the help', () => {
    const helpOf = (command: Command, flag: string) => command.options.find(({ long }) => long === flag)!.description;
    expect(helpOf(createStartCommand(), '--port')).toMatch(/ \(PORT, default: 4000\)$/);
    expect(helpOf(createStartCommand(), '--pguser')).toMatch(/ \(PGUSER\)$/);
    expect(helpOf(createStartCommand(), '--database-url-file')).toMatch(
      / \(DATABASE_URL_FILE, default: the embedded database\)$/,
    );
    for (const command of [createMigrateCommand(), createSeedCommand()]) {
      expect(helpOf(command, '--database-url-file')).toMatch(/ \(DATABASE_URL_FILE\)$/);
      expect(() => databaseOf(command)).toThrow('DATABASE_URL is not set: this command requires a PostgreSQL server.');
    }
  });

  it('reach libraries that read their own variables', () => {
    configOf('--aws-region', 'eu-west-3');
    expect(process.env.AWS_REGION).toBe('eu-west-3');
  });

  it('name the file of a secret, which wins over the secret in the environment', () => {
    process.env.DATABASE_URL = 'postgres://h/environment';
    const files = [
      '--database-url-file',
      join(folder, 'database'),
      '--auth-issuers-file',
      join(folder, 'issuers.json'),
    ];
    expect(configOf(...files)).toMatchObject({
      database: { url: 'postgres://h/file' },
      issuers: [{ issuer: 'https://a/' }],
    });
    for (const [name, { isSecret }] of Object.entries(variables)) {
      const flag = `--${name.toLowerCase().replaceAll('_', '-')}`;
      const expected = name === 'IMPORT_TOKEN' ? [] : [isSecret ? `${flag}-file` : flag];
      expect(flagsOf(createStartCommand()).filter((item) => item === flag || item === `${flag}-file`)).toEqual(
        expected,
      );
    }
  });

  it('take no secret, and do not repeat one', () => {
    const faults = messageOf(() =>
      configOf('--database-url', 'hunter2', '--files-signing-key=hunter2', '--import-token'),
    );
    expect(faults.split('\n')).toEqual([
      '--database-url is not an option, because other users could see its value. Use --database-url-file.',
      '--files-signing-key is not an option, because other users could see its value. Use --files-signing-key-file.',
      '--import-token is not an option.',
      expect.stringMatching(/^Usage: /),
    ]);
  });

  it('appear in faults as they were given, all at once, together with variables', () => {
    Object.assign(process.env, { PORT: 'x', MAX_COST: 'y' });
    const faults = messageOf(() =>
      configOf('--port', 'z', '--log-level', 'loud', '--host', '::', '--files-signing-key-file', '/none/key'),
    );
    expect(faults.split('\n')).toEqual([
      'The configuration is invalid:',
      '- --port is not an integer from 0 to 65535.',
      '- --files-signing-key-file cannot be read (ENOENT).',
      '- MAX_COST is not an integer from 1 to 1000000000.',
      '- --log-level is not one of silent, fatal, error, warn, info, debug, trace.',
      expect.stringMatching(/^- --host is not a loopback address: /),
    ]);
  });

  it('fail together with the other mistakes of the command line and the configuration', () => {
    process.env.MAX_COST = 'y';
    const faults = messageOf(() => configOf('--port', '--prot', '--host', '::1', '--host', '::1', '--data-dir=a', 'b'));
    expect(faults.split('\n').slice(0, -1)).toEqual([
      '--prot is not an option. (Did you mean --port?)',
      '"b" does not belong to any option.',
      '--host is given twice.',
      '--port has no value.',
      'MAX_COST is not an integer from 1 to 1000000000.',
    ]);
  });

  it('conflict with a database that DATABASE_URL names', () => {
    expect(databaseOf(createMigrateCommand(), '--pghost', 'h').url).toBe('postgres:///?host=h');
    process.env.DATABASE_URL = 'postgres://h/environment';
    expect(messageOf(() => databaseOf(createMigrateCommand(), '--pgport', '1'))).toContain(
      '- --pgport has no effect: DATABASE_URL names the database.',
    );
  });
});

describe('a command', () => {
  const database = ['--database-url-file', '--pghost', '--pgport', '--pgdatabase', '--pgsslmode', '--pgpassword-file'];
  it.each([
    [createMigrateCommand(), database],
    [createGrantCommand(), ['--data-dir', ...database, '--database-timeout-ms']],
    [createSeedCommand(), [...database, '--database-pool-size', '--data-dir', '--files-url', '--aws-region']],
    [createImportCommand(), [...database, '--files-url', '--import-token-file']],
    [createTokenCommand(), [...database, '--data-dir', '--auth-issuers-file', '--demo', '--host']],
    [createDoctorCommand('1.0.0'), [...database, '--port', '--import-token-file', '--data-dir']],
  ])('offers the flags of the variables that it reads, %#', (command, flags) => {
    expect(flagsOf(command)).toEqual(expect.arrayContaining(flags));
    expect(flagsOf(command).includes('--port')).toBe(command.name() === 'doctor');
  });

  it('ignores variables that it does not read', () => {
    process.env.PORT = 'x';
    expect(databaseOf(createMigrateCommand(), '--pgdatabase', 'runs').url).toBe('postgres:///?dbname=runs');
  });

  it('describes each with its variable and default in the help', () => {
    const help = createStartCommand().helpInformation().replace(/\s+/g, ' ');
    expect(help).toContain('--port <N> port to listen on; 0 picks a free one (PORT, default: 4000)');
    for (const name of variableNames) {
      if (name !== 'IMPORT_TOKEN') expect(help).toMatch(new RegExp(`\\(${name}(_FILE)?(, default: [^)]+)?\\)`));
    }
  });
});
