// Finds the places at which the values of runs have different kinds, and the runs of each kind.

import { isJsonObject } from '../json/is-json-object.js';

export interface Disagreement {
  /** A JSON Pointer, with `*` for any item of a list. */
  readonly path: string;
  /** The most frequent first. */
  readonly kinds: readonly { readonly kind: Kind; readonly runIds: readonly string[] }[];
}

/** The kinds of JSON values, and `absent` for a name that an object lacks and another object in its place has. */
export type Kind = 'object' | 'list' | 'string' | 'number' | 'boolean' | 'null' | 'absent';

export interface Comparison {
  add(runId: string, value: unknown): void;
  /** Ordered by path. */
  disagreements(): readonly Disagreement[];
  /** Whether there were more places than could be compared. */
  readonly isCut: boolean;
}

interface PathNode {
  readonly path: string;
  /** The indexes of the runs, ascending. A run with several values here, in a list, may have several kinds. */
  readonly runsByKind: Map<Kind, number[]>;
  readonly names: Map<string, PathNode>;
  items: PathNode | undefined;
}

/** Bounds objects whose names are unlimited, such as ids. */
const maxPathNodes = 2000;

export function createComparison(): Comparison {
  const runIds: string[] = [];
  const nodes: PathNode[] = [];
  let isCut = false;
  const open = (path: string): PathNode | undefined => {
    if (nodes.length === maxPathNodes) {
      isCut = true;
      return undefined;
    }
    const node: PathNode = { path, runsByKind: new Map(), names: new Map(), items: undefined };
    nodes.push(node);
    return node;
  };
  const root = open('')!;

  return {
    add(runId, value) {
      runIds.push(runId);
      visit(root, [value]);
    },
    disagreements() {
      const disagreeing = nodes
        .filter(({ runsByKind }) => runsByKind.size > 1)
        .sort((one, other) => (one.path < other.path ? -1 : 1));
      return disagreeing.map(({ path, runsByKind }) => ({
        path,
        kinds: [...runsByKind]
          .sort(([, one], [, other]) => other.length - one.length)
          .map(([kind, runs]) => ({ kind, runIds: runs.map((run) => runIds[run]!) })),
      }));
    },
    get isCut() {
      return isCut;
    },
  };

  /** @param values all values of the run at the place */
  function visit(node: PathNode, values: readonly unknown[]): void {
    const objects = values.filter(isJsonObject);
    const earlier = [...(node.runsByKind.get('object') ?? [])];
    for (const kind of new Set(values.map(kindOf))) addKind(node, kind);
    for (const name of new Set([...node.names.keys(), ...objects.flatMap(Object.keys)])) {
      if (objects.length === 0) break;
      const namedObjects = objects.filter((object) => Object.hasOwn(object, name)).map((object) => object[name]);
      const known = node.names.get(name);
      const child = known ?? open(`${node.path}/${pointerToken(name)}`);
      if (child === undefined) continue;
      node.names.set(name, child);
      if (known === undefined && earlier.length > 0) child.runsByKind.set('absent', earlier.slice());
      if (namedObjects.length < objects.length) addKind(child, 'absent');
      visit(child, namedObjects);
    }
    const items = values.filter(Array.isArray).flat(1);
    if (items.length === 0) return;
    node.items ??= open(`${node.path}/*`);
    if (node.items) visit(node.items, items);
  }

  function addKind({ runsByKind }: PathNode, kind: Kind): void {
    const run = runIds.length - 1;
    const runs = runsByKind.get(kind) ?? [];
    if (runs.at(-1) !== run) runs.push(run);
    runsByKind.set(kind, runs);
  }
}

function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : (typeof value as Kind);
}

function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
