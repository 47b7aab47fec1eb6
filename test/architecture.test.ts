// The rules for imports in src, which docs/architecture.md explains.

import { findCycle, importsOf, moduleImports, moduleOf, textOf, valueImportsOf } from '../docs/generator/imports.js';
import { layers } from '../docs/generator/modules.js';

const files = [...textOf.keys()];
const modules: ReadonlyMap<string, readonly string[]> = moduleImports();
const depthOf = new Map(
  Object.values<object>(layers).flatMap((layer, depth) => Object.keys(layer).map((module) => [module, depth] as const)),
);

describe('the search for cycles', () => {
  it.each([
    ['two', { a: ['b'], b: ['a'] }, ['a', 'b']],
    ['four behind a node of none', { x: ['a'], a: ['b'], b: ['c', 'd'], c: [], d: ['e'], e: ['a'] }, 'abde'.split('')],
  ])('finds one of %s', (_what, graph: Record<string, string[]>, cycle) => {
    expect(findCycle(Object.keys(graph), (node: string) => graph[node]!)).toEqual(cycle);
  });

  it('finds none where two roads lead to one node', () => {
    const graph: Record<string, string[]> = { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] };
    expect(findCycle(Object.keys(graph), (node: string) => graph[node]!)).toBeNull();
  });
});

describe('the modules of src', () => {
  it('each have one layer, and no layer names another module', () => {
    expect([...depthOf.keys()].sort()).toEqual([...modules.keys()].sort());
  });

  it('import no module of a higher layer', () => {
    const upward = [...modules].flatMap(([module, targets]) =>
      targets
        .filter((target) => (depthOf.get(target) ?? Infinity) < depthOf.get(module)!)
        .map((target) => `${module} -> ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('contain no cycle of any length', () => {
    expect(findCycle([...modules.keys()], (module: string) => modules.get(module) ?? [])).toBeNull();
  });

  it.each([
    ['an entry point imports the database', /^(graphql|rest|http)/, /^database/],
    ['anything but the program itself imports the demo', /^(?!app|commands|demo)/, /^demo/],
    ['the server imports a program for browsers', /^(?!pages\/)/, /^pages\//],
    ['a program for browsers imports the server', /^pages/, /^(?!pages|export$|(?:rest-name|shell-word)\.ts$)/],
    ['the executor knows Apollo Server', /^graphql\/execution/, /^graphql\/(?!execution)/],
  ])('never break the rule: %s', (_rule, from, to) => {
    for (const [module, targets] of modules) {
      if (from.test(module)) expect([module, targets.filter((target) => to.test(target))]).toEqual([module, []]);
    }
  });

  it.each([
    ['access', 'database/entities/'],
    ['http', 'pages/initial-state.ts'],
    ['demo', 'pages/initial-state.ts'],
  ])('import only types where %s imports %s', (module, target) => {
    for (const file of files.filter((file) => moduleOf(file) === module))
      expect(valueImportsOf(file).filter((path: string) => path.startsWith(target))).toEqual([]);
  });
});

describe('the files of src', () => {
  it('contain no cycle of any length', () => {
    expect(
      findCycle(files, (file: string) => importsOf(file).filter((target: string) => textOf.has(target))),
    ).toBeNull();
  });

  it('read the environment only in config/inputs.ts, on the server', () => {
    const server = files.filter((file) => !file.startsWith('pages/'));
    expect(server.filter((file) => textOf.get(file)!.includes('process.env'))).toEqual(['config/inputs.ts']);
  });

  it('import OpenTelemetry only in telemetry/tracing.ts, which loads with the first configured endpoint', () => {
    expect(files.filter((file) => textOf.get(file)!.includes("from '@opentelemetry/"))).toEqual([
      'telemetry/tracing.ts',
    ]);
    const importing = files.filter((file) => /['/]tracing\.js'/.test(textOf.get(file)!));
    expect(importing).toEqual(['app/gateway.ts']);
    expect(valueImportsOf('app/gateway.ts')).not.toContain('telemetry/tracing.ts');
  });

  it('never make one class both an entity and an object type', () => {
    expect(
      files.filter((file) => /@Entity\(/.test(textOf.get(file)!) && /@ObjectType\(/.test(textOf.get(file)!)),
    ).toEqual([]);
  });

  it('keep the policy free of input and output', () => {
    expect(importsOf('access/policy.ts').every((target: string) => target.startsWith('database/entities/'))).toBe(true);
    expect(textOf.get('access/policy.ts')).not.toMatch(/async|await|Promise|from 'node:/);
  });
});
