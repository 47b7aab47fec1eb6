// The imports of src/, as text, and the graph that they make.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
const source = join(root, 'src');

/** The text of each source by its path below src/. */
export const textOf = new Map(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .map((file) => [file, readFileSync(join(source, file), 'utf8')]),
);

/** Returns the files that a source imports: lazily, as types and as styles too. */
export function importsOf(file) {
  return targetsOf(file, /(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
}

/** Returns those of which it imports more than types. */
export function valueImportsOf(file) {
  return targetsOf(file, /import (?!type)[^;]*'(\.[^']+)'/g);
}

function targetsOf(file, pattern) {
  return [...textOf.get(file).matchAll(pattern)].map(([, target]) => {
    const path = relative(source, join(source, dirname(file), target)).replace(/\.js$/, '.ts');
    return textOf.has(`${path}x`) ? `${path}x` : path;
  });
}

/** The folders whose own folders are modules. */
const divided = ['', 'graphql', 'task-runs', 'pages', 'pages/runs'];
/** Those of which each file is a module. */
const spread = ['', 'pages/runs'];

/** Returns the module of a source: its folder inside a divided folder, a divided folder itself, or the file. */
export function moduleOf(file) {
  const folders = file.split('/').slice(0, -1);
  const depth = folders.findIndex((_folder, index) => !divided.includes(folders.slice(0, index + 1).join('/')));
  if (depth !== -1) return folders.slice(0, depth + 1).join('/');
  const folder = folders.join('/');
  return spread.includes(folder) ? file : folder;
}

/** Returns which modules each module imports, sorted. */
export function moduleImports() {
  const imports = new Map();
  for (const file of textOf.keys()) {
    const module = moduleOf(file);
    const targets = imports.get(module) ?? new Set();
    imports.set(module, targets);
    for (const target of importsOf(file).map(moduleOf)) if (target !== module) targets.add(target);
  }
  return new Map([...imports].map(([module, targets]) => [module, [...targets].sort()]));
}

/** Returns the nodes of one cycle in their order, or null without one. */
export function findCycle(nodes, targetsOfNode) {
  const finished = new Set();
  const path = [];
  const visit = (node) => {
    if (path.includes(node)) return path.slice(path.indexOf(node));
    if (finished.has(node)) return null;
    path.push(node);
    for (const target of targetsOfNode(node)) {
      const cycle = visit(target);
      if (cycle !== null) return cycle;
    }
    path.pop();
    finished.add(node);
    return null;
  };
  for (const node of nodes) {
    const cycle = visit(node);
    if (cycle !== null) return cycle;
  }
  return null;
}
