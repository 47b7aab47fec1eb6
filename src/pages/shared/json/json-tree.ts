// JSON as it was written: digits of numbers, the order of names, names that JavaScript's objects would move or swallow.
// JSON.parse keeps none of these.

import { type Node, parseTree } from 'jsonc-parser';

/** A value, with the text that it was written as. */
export interface JsonTree {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** Exactly as it was written, quotes and escapes included. */
  readonly text: string;
  /** Members of an object or an array; names only in an object. */
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly name: string;
  readonly value: JsonTree;
}

/** Returns undefined when it is not JSON. */
export function parseJson(text: string): JsonTree | undefined {
  const errors: unknown[] = [];
  const root = parseTree(text, errors as never[], { disallowComments: true });
  return root === undefined || errors.length > 0 ? undefined : toTree(root, text);
}

/** Members are made when they are first asked for: most of a large value is never looked at. */
function toTree(node: Node, source: string): JsonTree {
  let members: readonly JsonMember[] | undefined;
  return {
    kind: node.type as JsonTree['kind'],
    get text() {
      return source.slice(node.offset, node.offset + node.length);
    },
    get members() {
      members ??= (node.children ?? []).map((child, index) =>
        child.type === 'property'
          ? { name: child.children![0]!.value as string, value: toTree(child.children![1]!, source) }
          : { name: String(index), value: toTree(child, source) },
      );
      return members;
    },
  };
}

/** The first of that name; undefined without one. */
export function memberOf(tree: JsonTree | undefined, name: string): JsonTree | undefined {
  return tree?.members.find((member) => member.name === name)?.value;
}

/** For people: a string without its quotes and escapes, anything else as it was written. */
export function plainText({ kind, text }: JsonTree): string {
  return kind === 'string' ? JSON.parse(text) : text;
}
