import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openEmbeddedDatabase } from '../../src/database/embedded/embedded-database.js';
import { spawnProgram } from '../support/spawned-program.js';
import { copyDataDir } from '../support/template-database.mjs';

let folder: string;
let directory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-crash-'));
  directory = join(folder, 'database');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Opens the database, preparing it with a table, and then runs `main` with a client and a function `say`. */
const opening = (main: string) => ({
  script: `
    import pg from 'pg';
    import { openEmbeddedDatabase } from './database/embedded/embedded-database.js';
    const say = (text) => process.stdout.write(text + '\\n');
    const connect = async (url) => { const client = new pg.Client(url); await client.connect(); return client; };
    const { url } = await openEmbeddedDatabase({ directory: process.env.DIRECTORY, async prepare(url) {
      say('preparing');
      const client = await connect(url);
      await client.query('CREATE TABLE prepared (row integer)');
      for (let row = 1; row <= 1000; row++) await client.query('INSERT INTO prepared VALUES ($1)', [row]);
      await client.end();
      say('prepared');
    }});
    say('open');
    const client = await connect(url);
    ${main}`,
});

const endless = `
  await client.query('CREATE TABLE IF NOT EXISTS reported (number integer, filling text)');
  for (let number = Number(process.env.FIRST); ; number++) {
    await client.query('INSERT INTO reported VALUES ($1, repeat($2, 500))', [number, 'x']);
    say('committed ' + number);
  }`;

const look = async <Row>(sql: string): Promise<Row[]> => {
  const database = await openEmbeddedDatabase({ directory, prepare: () => Promise.reject(new Error('not prepared')) });
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
    await database.close();
  }
};

describe('the embedded database after its process was killed', () => {
  it('keeps every row that was reported as committed, each of many times', async () => {
    await copyDataDir('migrated-embedded', folder);
    let first = 1;
    for (const delayMs of [150, 20, 400, 0, 75]) {
      const program = spawnProgram(opening(endless), { DIRECTORY: directory, FIRST: `${first}` });
      await program.line(/^committed/);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      program.kill('SIGKILL');
      await program.ended;
      first =
        Number(
          program.lines
            .filter((line) => line.startsWith('committed'))
            .at(-1)!
            .slice('committed '.length),
        ) + 1;
    }
    const rows = await look<{ number: number }>('SELECT DISTINCT number FROM reported ORDER BY number');
    const expected = Array.from({ length: first - 1 }, (_, index) => index + 1);
    expect(rows.map(({ number }) => number).slice(0, expected.length)).toEqual(expected);
  });

  it('recovers at the next start when the first was killed while making or preparing it', async () => {
    const kills = [
      async () => new Promise((resolve) => setTimeout(resolve, 1500)),
      (program: ReturnType<typeof spawnProgram>) => program.line(/^preparing/),
    ];
    for (const moment of kills) {
      const program = spawnProgram(opening(''), { DIRECTORY: directory });
      await moment(program);
      program.kill('SIGKILL');
      await program.ended;
      expect(await readdir(folder)).not.toContain('database');
    }
    const whole = spawnProgram(
      opening("say('rows ' + (await client.query('SELECT * FROM prepared')).rowCount); process.exit()"),
      {
        DIRECTORY: directory,
      },
    );
    expect(await whole.line(/^rows/)).toBe('rows 1000');
    await whole.ended;
    expect((await readdir(folder)).sort()).toEqual(['database', 'database.lock']);
  });

  it('rejects a second process while the first runs, and accepts it once that is dead', async () => {
    await copyDataDir('migrated-embedded', folder);
    const running = spawnProgram(opening("setInterval(() => {}, 1000); say('process ' + process.pid)"), {
      DIRECTORY: directory,
    });
    const [, pid] = (await running.line(/^process/)).split(' ');
    await expect(look('SELECT 1')).rejects.toThrow(`The database in ${directory} is in use by process ${pid}: stop it`);
    running.kill('SIGKILL');
    await running.ended;
    expect(await look('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
