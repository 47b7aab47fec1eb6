import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../docs/documents.js';

interface NewerBuild {
  /** The folder of its programs. */
  readonly programs: string;
  readonly migration: string;
  remove(): Promise<void>;
}

/** Creates the next release: this build with an additional migration, which adds a column to runs. */
export async function createNewerBuild(): Promise<NewerBuild> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-newer-'));
  const migration = 'AddNote9999000000000';
  const programs = join(folder, 'dist', 'src');
  const migrations = join(programs, 'database', 'migrations');
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(migrations, 'add-note.js'),
    `export class ${migration} {
      name = '${migration}';
      up = (runner) => runner.query('ALTER TABLE task_run ADD COLUMN note text');
      down = (runner) => runner.query('ALTER TABLE task_run DROP COLUMN note');
    }`,
  );
  const index = join(migrations, 'index.js');
  const list = await readFile(index, 'utf8');
  await writeFile(index, `import { ${migration} } from './add-note.js';\n${list}\nmigrations.push(${migration});\n`);
  return { programs, migration, remove: () => rm(folder, { recursive: true, force: true }) };
}
