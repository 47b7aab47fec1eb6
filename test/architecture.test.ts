// The arrows between the rooms of src, as the README draws them. An import the table does not allow is an error.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', 'src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.startsWith('graphiql'),
);
const textOf = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

const importsOf = (file: string) =>
  [...textOf.get(file)!.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(root, join(root, dirname(file), target!)).replace(/\.js$/, '.ts'),
  );
const roomOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file);

const leaves = ['errors', 'telemetry', 'config.ts', 'data-dir', 'json'];
const allowed: Record<string, readonly string[]> = {
  'main.ts': ['app.ts', 'demo', ...leaves],
  'app.ts': ['access', 'database', 'demo', 'files', 'graphql', 'http', 'rest', 'task-runs', ...leaves],
  demo: ['access', 'database'],
  commands: ['access', 'database', 'files', 'graphql', ...leaves],
  http: ['access', 'graphql', 'rest', ...leaves],
  graphql: ['access', 'files', 'task-runs', ...leaves],
  rest: ['access', 'files', 'task-runs', ...leaves],
  'task-runs': ['access', 'database', 'files', ...leaves],
  access: [...leaves],
  database: [...leaves],
  files: [...leaves],
  telemetry: ['config.ts'],
  errors: [],
  'data-dir': [],
  json: [],
  'config.ts': ['config-values.ts'],
  'config-values.ts': [],
};
/** Types of the tables and of the policy are read across rooms; nothing that runs is. */
const typesOnly: Record<string, readonly string[]> = {
  access: ['database/entities'],
  graphql: ['database/entities'],
  http: ['graphiql/initial-state.ts'],
};

describe('the rooms of src', () => {
  it('are the ones the table knows', () => {
    expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(allowed).sort());
  });

  it.each(files)('%s imports only what its room may', (file) => {
    const room = roomOf(file);
    const strangers = importsOf(file).filter((target) => {
      if (roomOf(target) === room || allowed[room]!.includes(roomOf(target))) return false;
      const isTypesOnly = new RegExp(`import type [^;]*'[^']*${target.split('/').at(-1)!.replace(/\.ts$/, '.js')}'`);
      const isTolerated = typesOnly[room]?.some((prefix) => target.startsWith(prefix)) ?? false;
      return !(isTolerated && isTypesOnly.test(textOf.get(file)!));
    });
    expect(strangers).toEqual([]);
  });

  it('have no two files that import each other', () => {
    const pairs = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => textOf.has(target) && importsOf(target).includes(file))
        .map((target) => `${file} <-> ${target}`),
    );
    expect(pairs).toEqual([]);
  });

  it('read the environment in config.ts alone', () => {
    expect(files.filter((file) => textOf.get(file)!.includes('process.env'))).toEqual(['config.ts']);
  });

  it('never make one class both an entity and an object type', () => {
    expect(
      files.filter((file) => /@Entity\(/.test(textOf.get(file)!) && /@ObjectType\(/.test(textOf.get(file)!)),
    ).toEqual([]);
  });

  it('keep the policy free of input and output', () => {
    expect(importsOf('access/policy.ts').every((target) => target.startsWith('database/entities/'))).toBe(true);
    expect(textOf.get('access/policy.ts')).not.toMatch(/async|await|Promise|from 'node:/);
  });

  it('are made of small files', () => {
    const lines = [...textOf.values()].map((text) => text.split('\n').length).sort((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThan(90);
    expect(lines.at(-1)).toBeLessThanOrEqual(250);
  });
});
