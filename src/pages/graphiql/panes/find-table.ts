// The first list in a response, as rows and columns of text.

import { type FieldNode, Kind, type OperationDefinitionNode, parse, type ValueNode } from 'graphql';
import { type JsonTree, memberOf, parseJson, plainText } from '../../shared/json/json-tree.js';
import type { Operation } from '../response/stored-responses.js';

export interface Table {
  /** The path of the list, as in `taskRuns.nodes`. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  /** Cells by column; `undefined` if the row has no value. */
  readonly cells: readonly (JsonTree | undefined)[];
  /** For rows of runs, the path of the run's page, relative to the gateway's root. */
  readonly link: string | undefined;
}

const maxDepth = 4;

/** Returns `undefined` if there is no list of objects. */
export function findTable(text: string, operation: Operation): Table | undefined {
  const found = firstList(memberOf(parseJson(text), 'data'), []);
  if (found === undefined) return undefined;
  const rows = found.items.map((item) => flatten(item));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const runArguments = runArgumentsOf(operation, found.path[0]!);
  return {
    path: found.path.join('.'),
    columns,
    rows: rows.map((row) => ({
      cells: columns.map((column) => row.get(column)),
      link: runArguments && linkOf(row, runArguments),
    })),
  };
}

interface List {
  readonly path: readonly string[];
  readonly items: readonly JsonTree[];
}

/** Searches level by level, so that a list of runs precedes the files of its first run. */
function firstList(tree: JsonTree | undefined, path: readonly string[]): List | undefined {
  let level = tree === undefined ? [] : [{ tree, path }];
  while (level.length > 0) {
    for (const { tree: node, path: at } of level) {
      const items = node.kind === 'array' ? node.members.map(({ value }) => value) : [];
      if (items.some(({ kind }) => kind === 'object')) return { path: at, items };
    }
    level = level.flatMap(({ tree: node, path: at }) =>
      node.kind === 'object' ? node.members.map(({ name, value }) => ({ tree: value, path: [...at, name] })) : [],
    );
  }
  return undefined;
}

/** Objects within an object become columns `outer.inner`. A connection's `node` is the row itself. */
function flatten(item: JsonTree, prefix = '', depth = 0, into = new Map<string, JsonTree>()): Map<string, JsonTree> {
  for (const { name, value } of item.members) {
    const isInner = value.kind === 'object' && value.members.length > 0 && depth < maxDepth;
    const isRow = depth === 0 && (name === 'node' || name === 'run');
    if (isInner && (isRow || !isFreeFormJson(name))) flatten(value, isRow ? '' : `${prefix}${name}.`, depth + 1, into);
    else into.set(`${prefix}${name}`, value);
  }
  return into;
}

/** Returns whether the members of a field differ from run to run. */
function isFreeFormJson(name: string): boolean {
  return /^(response|runData|submitted)/.test(name);
}

interface RunArguments {
  readonly orgId?: string;
  readonly projectId?: string;
  readonly taskId?: string;
}

/** Returns the arguments of the root field if it returns runs. */
function runArgumentsOf(
  { query, variables = {}, operationName }: Operation,
  responseKey: string,
): RunArguments | undefined {
  const operations = parse(query).definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const operation = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  const field = operation?.selectionSet.selections.find(
    (selection): selection is FieldNode =>
      selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === responseKey,
  );
  if (!/^(taskRuns|taskRunsByIds|taskRunChanges)$/.test(field?.name.value ?? '')) return undefined;
  const argumentOf = (value: ValueNode): unknown =>
    value.kind === Kind.VARIABLE ? variables[value.name.value] : 'value' in value ? value.value : undefined;
  return Object.fromEntries((field!.arguments ?? []).map(({ name, value }) => [name.value, argumentOf(value)]));
}

function linkOf(row: ReadonlyMap<string, JsonTree>, runArguments: RunArguments): string | undefined {
  const read = (name: string) => {
    const cell = row.get(name);
    return cell?.kind === 'string' ? plainText(cell) : undefined;
  };
  const ids = [
    read('orgId') ?? runArguments.orgId,
    read('projectId') ?? runArguments.projectId,
    read('taskId') ?? runArguments.taskId,
    read('id'),
  ];
  return ids.every(Boolean) ? `runs/${ids.map((id) => encodeURIComponent(id!)).join('/')}` : undefined;
}
