// Two JSON values as rows of differences, each with its JSON Pointer, and of the equal parts in between.

import type { JsonMember, JsonTree } from '../../shared/json/json-tree.js';
import { plainText } from '../../shared/json/json-tree.js';
import { jsonInText } from '../values/text-form.js';

export type DifferenceRow =
  | { readonly kind: 'equal'; readonly path: string; readonly members: JsonMember[] }
  | { readonly kind: 'removed' | 'added'; readonly path: string; readonly value: JsonTree }
  | { readonly kind: 'changed'; readonly path: string; readonly before: JsonTree; readonly after: JsonTree }
  | { readonly kind: 'text'; readonly path: string; readonly before: string; readonly after: string };

/** Maximum depth. Deeper values are compared as a whole. */
const maxDepth = 64;

export function compareJson(before: JsonTree, after: JsonTree): readonly DifferenceRow[] {
  const rows: DifferenceRow[] = [];
  compareValues({ name: '', path: '', before, after, depth: 0 }, rows);
  return rows;
}

interface Pair {
  readonly name: string;
  readonly path: string;
  readonly before: JsonTree;
  readonly after: JsonTree;
  readonly depth: number;
}

function compareValues(pair: Pair, rows: DifferenceRow[]): void {
  const { name, path, before, after, depth } = pair;
  const kind = depth < maxDepth && before.kind === after.kind ? before.kind : undefined;
  // The database writes equal values identically.
  if (before.text === after.text) addEqual(rows, path, { name, value: after });
  else if (kind === 'object') compareObjects(pair, rows);
  else if (kind === 'array') compareArrays(pair, rows);
  else if (kind === 'string') compareStrings(pair, rows);
  else rows.push({ kind: 'changed', path, before, after });
}

/** Adjacent equal members share a row. */
function addEqual(rows: DifferenceRow[], path: string, member: JsonMember): void {
  const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const last = rows.at(-1);
  if (last?.kind === 'equal' && last.path === parent && path !== '') {
    last.members.push(member);
  } else rows.push({ kind: 'equal', path: parent, members: [member] });
}

function compareObjects({ path, before, after, depth }: Pair, rows: DifferenceRow[]): void {
  const afterByName = new Map(after.members.map(({ name, value }) => [name, value]));
  const names = new Set(before.members.map(({ name }) => name));
  for (const { name, value } of before.members) {
    const other = afterByName.get(name);
    const memberPath = pathOf(path, name);
    if (other === undefined) rows.push({ kind: 'removed', path: memberPath, value });
    else compareValues({ name, path: memberPath, before: value, after: other, depth: depth + 1 }, rows);
  }
  for (const { name, value } of after.members) {
    if (!names.has(name)) rows.push({ kind: 'added', path: pathOf(path, name), value });
  }
}

/** Items before and after an insertion or removal are compared with their counterparts. */
function compareArrays({ path, before, after, depth }: Pair, rows: DifferenceRow[]): void {
  const [old, fresh] = [before.members, after.members];
  const shorter = Math.min(old.length, fresh.length);
  const isEqual = (one: JsonMember | undefined, other: JsonMember | undefined) => one?.value.text === other?.value.text;
  let begin = 0;
  while (begin < shorter && isEqual(old[begin], fresh[begin])) begin++;
  let end = 0;
  while (end < shorter - begin && isEqual(old.at(-1 - end), fresh.at(-1 - end))) end++;
  const [oldEnd, freshEnd] = [old.length - end, fresh.length - end];
  const compareItems = (oldIndex: number, index: number) => {
    const [one, other] = [old[oldIndex]!, fresh[index]!];
    const itemPath = pathOf(path, other.name);
    compareValues({ name: other.name, path: itemPath, before: one.value, after: other.value, depth: depth + 1 }, rows);
  };
  for (let index = 0; index < begin; index++) compareItems(index, index);
  for (let index = begin; index < Math.max(oldEnd, freshEnd); index++) {
    if (index < oldEnd && index < freshEnd) compareItems(index, index);
    else if (index < oldEnd)
      rows.push({ kind: 'removed', path: pathOf(path, String(index)), value: old[index]!.value });
    else rows.push({ kind: 'added', path: pathOf(path, String(index)), value: fresh[index]!.value });
  }
  for (let index = 0; index < end; index++) compareItems(oldEnd + index, freshEnd + index);
}

/** Texts that contain JSON are compared as values. */
function compareStrings({ name, path, before, after, depth }: Pair, rows: DifferenceRow[]): void {
  const [old, fresh] = [plainText(before), plainText(after)];
  const [oldTree, freshTree] = [jsonInText(old), jsonInText(fresh)];
  if (oldTree !== undefined && oldTree.kind === freshTree?.kind) {
    compareValues({ name, path, before: oldTree, after: freshTree, depth: depth + 1 }, rows);
  } else rows.push({ kind: 'text', path, before: old, after: fresh });
}

/** Returns the JSON Pointer of a member (RFC 6901). */
function pathOf(parent: string, name: string): string {
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
