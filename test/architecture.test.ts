// The arrows between the rooms of src, as docs/architecture.md draws them. An import the table does not allow is an error.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', 'src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.startsWith('pages/'),
);
const textOf = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

const importsOf = (file: string) =>
  [...textOf.get(file)!.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(root, join(root, dirname(file), target!)).replace(/\.js$/, '.ts'),
  );
/** The rooms of `graphql` and `task-runs` are their folders; of all others the top one. */
const roomOf = (file: string) => {
  const folders = file.split('/').slice(0, -1);
  if (folders.length === 0) return file;
  return folders.slice(0, ['graphql', 'task-runs'].includes(folders[0]!) ? 2 : 1).join('/');
};

const actual: Record<string, string[]> = Object.fromEntries(files.map((file) => [roomOf(file), []]));
for (const file of files) {
  for (const target of importsOf(file).map(roomOf)) {
    const arrows = actual[roomOf(file)]!;
    if (target !== roomOf(file) && !arrows.includes(target)) arrows.push(target);
  }
}
const page = readFileSync(join(root, '..', 'docs', 'architecture.md'), 'utf8');
const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
const drawn = Object.fromEntries(
  [...page.matchAll(/^\| (`[^`]+`) +\|[^|]+\|([^|]*)\|$/gm)].map(([, room, arrows]) => [
    names(room!)[0]!,
    names(arrows!),
  ]),
);

describe('the rooms of src', () => {
  it('are the ones that docs/architecture.md draws, with the arrows that exist and no others', () => {
    const sorted = (rooms: Record<string, readonly string[]>) =>
      Object.fromEntries(Object.entries(rooms).map(([room, arrows]) => [room, arrows.toSorted()]));
    // The pages are programs for browsers.
    expect(sorted(actual)).toEqual(sorted(drawn));
  });

  it('import one another one way', () => {
    const above = (room: string, found = new Set([room])): Set<string> => {
      for (const other of Object.keys(actual)) {
        if (found.has(other) || !actual[other]!.includes(room)) continue;
        found.add(other);
        above(other, found);
      }
      return found;
    };
    for (const [room, arrows] of Object.entries(actual)) {
      for (const target of arrows)
        expect({ room, target, circle: above(room).has(target) }).toMatchObject({ circle: false });
    }
  });

  it.each([
    ['an entry point imports the database', /^(graphql|rest|http)/, /^database/],
    ['anything but the program itself imports the demo', /^(?!app\.ts|commands|demo)/, /^demo/],
    ['the executor knows Apollo Server', /^graphql\/execution/, /^graphql\/(?!execution)/],
    ['task-runs imports an entry point', /^task-runs/, /^(graphql|rest|http)/],
  ])('are such that never %s', (_rule, from, to) => {
    for (const room of Object.keys(actual).filter((each) => from.test(each))) {
      expect({ room, arrows: actual[room]!.filter((target) => to.test(target)) }).toEqual({ room, arrows: [] });
    }
  });

  it.each([
    ['access', 'database/entities/'],
    ['http', 'pages/initial-state.ts'],
    ['demo', 'pages/initial-state.ts'],
  ])('import types alone where %s imports %s', (room, target) => {
    for (const file of files.filter((each) => roomOf(each) === room)) {
      const values = [...textOf.get(file)!.matchAll(/import (?!type)[^;]*'(\.[^']+)'/g)].map(([, path]) =>
        relative(root, join(root, dirname(file), path!)).replace(/\.js$/, '.ts'),
      );
      expect(values.filter((path) => path.startsWith(target))).toEqual([]);
    }
  });

  it('hold about a dozen files each', () => {
    const folders = new Map<string, number>();
    for (const file of files) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1);
    expect([...folders].filter(([, count]) => count > 15)).toEqual([]);
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
