// JSON as it was written, including the digits of numbers, the order of names, and names that JavaScript objects would
// move or drop. JSON.parse preserves none of these.

import { type Node, parseTree } from 'jsonc-parser';

/** A value with its original text. */
export interface JsonTree {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** The original text, including quotes and escapes. */
  readonly text: string;
  /** Members of an object or array. Only those of an object have names. */
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly name: string;
  readonly value: JsonTree;
}

/** Returns `undefined` if the text is not JSON. */
export function parseJson(text: string): JsonTree | undefined {
  const errors: unknown[] = [];
  const root = parseTree(text, errors as never[], { disallowComments: true });
  return root === undefined || errors.length > 0 ? undefined : toTree(root, text);
}

/** Members are created at first use, because most of a large value is never shown. */
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

/** Returns the first member with that name, or `undefined` without one. */
export function memberOf(tree: JsonTree | undefined, name: string): JsonTree | undefined {
  return tree?.members.find((member) => member.name === name)?.value;
}

/** Returns the text for users: a string without quotes and escapes, anything else as it was written. */
export function plainText({ kind, text }: JsonTree): string {
  return kind === 'string' ? JSON.parse(text) : text;
}
