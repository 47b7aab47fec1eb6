// The cost formula of an operation, for any values of its variables. It follows IBM's specification, as routers do
// (https://ibm.github.io/graphql-specs/cost-spec.html): a field costs its weight once and, for each of its values, the
// weight of their type plus the cost of their selections. Each alias counts, although the executor reads identical data
// only once.

import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { getFieldDef } from 'graphql/execution/execute.js';
import { limits } from '../limits.js';
import { type Argument, findArgument, toArgument, type Variables } from './field-arguments.js';
import { type ListSize, listSizes, rowOf, type Scan, type Weights } from './weights.js';

/** A part of an operation. Parts that never cost anything are omitted. */
export interface CostNode {
  /** The field's name in the result; `null` for a fragment or the whole operation. */
  readonly key: string | null;
  /** The part is selected only if all of these conditions hold. */
  readonly conditions: readonly Condition[];
  readonly base: number;
  readonly perItem: number;
  readonly size: Size;
  readonly children: readonly CostNode[];
  /** The cost per run that the part scans. */
  readonly scan: ScanNode | null;
  /**
   * Whether the part's arguments select the runs for it and its descendants. Each parent value then has its own set of
   * runs.
   */
  readonly opensScope: boolean;
  /** The cost, if it is the same for all variables. */
  readonly constant: number | null;
}

export interface ScanNode {
  readonly source: Scan['source'];
  /** Returns the points per run. */
  points(variables: Variables): number;
  /** The maximum of `points`. */
  readonly maxPoints: number;
  /** The field whose arguments select the runs. Fields with the same arguments scan the same runs. */
  readonly field: FieldNode;
  readonly argumentsFor: (variables: Variables) => Variables;
}

/** The number of values: fixed, or a function of the variables. */
type Size = number | ((variables: Variables) => number);

type Condition = (variables: Variables) => boolean;

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** @param operation an operation of a valid document */
export function planCost(
  schema: GraphQLSchema,
  fragments: Fragments,
  operation: OperationDefinitionNode,
  { fields, types, scans }: Weights,
): CostNode {
  const rootType = schema.getRootType(operation.operation);
  const children = rootType ? planSelection(operation.selectionSet, rootType, rootContext) : [];
  return toNode({ ...emptyNode, children });

  function planSelection(
    { selections }: SelectionSetNode,
    parentType: GraphQLCompositeType,
    parent: ParentContext,
  ): CostNode[] {
    return selections.flatMap((selection) => {
      const conditions = conditionsOf(selection.directives);
      if (conditions === null) return [];
      if (selection.kind === Kind.FIELD) return planField(selection, parentType, parent, conditions);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value]! : selection;
      const condition = fragment.typeCondition?.name.value;
      const type = condition === undefined ? parentType : (schema.getType(condition) as GraphQLCompositeType);
      const children = planSelection(fragment.selectionSet, type, parent);
      if (conditions.length === 0 || children.length === 0) return children;
      return [toNode({ ...emptyNode, conditions, children })];
    });
  }

  function planField(
    node: FieldNode,
    parentType: GraphQLCompositeType,
    parent: ParentContext,
    conditions: readonly Condition[],
  ): CostNode[] {
    const { value: name } = node.name;
    const definition = getFieldDef(schema, parentType as never, node);
    if (!definition) return [];
    const listSize = rowOf(listSizes, parentType, name);
    const ownSize = listSize && sizeOf(node, listSize);
    const isList = isListType(getNullableType(definition.type));
    const size = isList ? (parent.sizedFields.includes(name) ? parent.size : (ownSize ?? 1)) : 1;
    const type = getNamedType(definition.type);
    // The arguments that select the runs of a list or statistic belong to the field that contains it.
    const opensScope = parentType === rootType || definition.args.some((argument) => argument.name === 'filter');
    const scope = opensScope ? { node, implied: impliedArguments(parentType, definition) } : parent.scope;
    const context = { sizedFields: listSize?.sizedFields ?? [], size: ownSize ?? 1, scope };
    const children = isCompositeType(type) && node.selectionSet ? planSelection(node.selectionSet, type, context) : [];
    const base = rowOf(fields, parentType, name) ?? 0;
    const perItem = isObjectType(type) ? (types[type.name] ?? 0) : 0;
    const scan = scope && planScan(scans, parentType, node, scope);
    if (base === 0 && perItem === 0 && scan === null && children.length === 0) return [];
    return [toNode({ key: node.alias?.value ?? name, conditions, base, perItem, size, children, scan, opensScope })];
  }
}

/** The sizes that ancestors specify for a selection. */
interface ParentContext {
  /** The lists of the selection to which these sizes apply. */
  readonly sizedFields: readonly string[];
  readonly size: Size;
  readonly scope: RunScopeField | null;
}

/** A field whose arguments select runs. */
interface RunScopeField {
  readonly node: FieldNode;
  /** The arguments that its place stands for. */
  readonly implied: Variables;
}

/** Returns an argument for the parent whose runs a field selects. Only fields of an organization may have runs of all projects. */
function impliedArguments(
  { name }: GraphQLCompositeType,
  { args }: Pick<GraphQLField<unknown, unknown>, 'args'>,
): Variables {
  if (name === 'Task') return { taskId: 'any' };
  const mayHaveAllProjects = name === 'Organization' || args.some((argument) => argument.name === 'projectId');
  return mayHaveAllProjects ? {} : { projectId: 'any' };
}

const rootContext: ParentContext = { sizedFields: [], size: 1, scope: null };
const emptyNode = {
  key: null,
  conditions: [],
  base: 0,
  perItem: 0,
  size: 1,
  children: [],
  scan: null,
  opensScope: false,
};

/** Arguments that select runs and determine how many of them are scanned. */
const scopeArguments = ['projectId', 'taskId', 'filter', 'orderBy'];

/** Arguments whose values may have separate rows in the scans of a field. */
const scannedArguments = ['dimension', 'orderBy'];

function planScan(
  scans: Weights['scans'],
  type: GraphQLCompositeType,
  node: FieldNode,
  { node: field, implied }: RunScopeField,
): ScanNode | null {
  const { value: name } = node.name;
  const own = rowOf(scans, type, name);
  const further = scannedArguments.flatMap((argumentName) => {
    const argument = findArgument(node, argumentName);
    const rowName = (value: unknown) => `${name}(${argumentName}: ${value})`;
    const rows = Object.entries(scans).flatMap(([key, row]) =>
      key.includes(`.${name}(${argumentName}: `) ? [row] : [],
    );
    if (!argument || rows.length === 0) return [];
    const pointsFor = (variables: Variables) => rowOf(scans, type, rowName(argument.valueFor(variables)))?.points ?? 0;
    return [{ pointsFor, max: argument.isFixed ? pointsFor({}) : Math.max(...rows.map((row) => row.points)) }];
  });
  if (!own && further.length === 0) return null;
  const { source, points: ownPoints } = own ?? { source: 'runs', points: 0 };
  const points = (variables: Variables) =>
    further.reduce((sum, { pointsFor }) => sum + pointsFor(variables), ownPoints) / 1000;
  const maxPoints = further.reduce((sum, { max }) => sum + max, ownPoints) / 1000;
  const given = scopeArguments.flatMap((argumentName) => {
    const argument = findArgument(field, argumentName);
    return argument ? [[argumentName, argument] as const] : [];
  });
  const argumentsFor = (variables: Variables) => ({
    ...implied,
    ...Object.fromEntries(given.map(([argumentName, { valueFor }]) => [argumentName, valueFor(variables)])),
  });
  return { source, points, maxPoints, field, argumentsFor };
}

function toNode(node: Omit<CostNode, 'constant'>): CostNode {
  const { conditions, base, perItem, size, children, scan } = node;
  const isFixed =
    conditions.length === 0 &&
    typeof size === 'number' &&
    scan === null &&
    children.every(({ constant }) => constant !== null);
  const constant = isFixed ? base + size * children.reduce((cost, part) => cost + part.constant!, perItem) : null;
  return { ...node, constant };
}

function sizeOf(
  node: FieldNode,
  { assumedSize, slicingArguments = [], maxSize = limits.pageSize.value, lengthOf }: ListSize,
): Size {
  if (lengthOf !== undefined) return toSize([findArgument(node, lengthOf)], lengthOfList, assumedSize);
  return toSize(
    slicingArguments.map((name) => findArgument(node, name)),
    (value) => slicedSize(value, maxSize),
    assumedSize,
  );
}

function toSize(
  given: readonly (Argument | undefined)[],
  sizeOfValue: (value: unknown) => number | null,
  assumedSize: number,
): Size {
  const sources = given.filter((argument) => argument !== undefined);
  const sizeFor = (variables: Variables) => {
    let greatest: number | null = null;
    for (const argument of sources) {
      const size = sizeOfValue(argument.valueFor(variables));
      if (size !== null && (greatest === null || size > greatest)) greatest = size;
    }
    return greatest ?? assumedSize;
  };
  return sources.every(({ isFixed }) => isFixed) ? sizeFor({}) : sizeFor;
}

function lengthOfList(value: unknown): number | null {
  return Array.isArray(value) ? value.length : null;
}

/** Returns the size of a page. A page above the limit is rejected and thus has no runs. */
function slicedSize(value: unknown, maxSize: number): number | null {
  return typeof value === 'number' ? Math.max(0, Math.min(value, maxSize)) : null;
}

/** Returns the conditions of a selection, or `null` if it is never selected. */
function conditionsOf(directives: readonly DirectiveNode[] = []): Condition[] | null {
  const conditions: Condition[] = [];
  for (const { name, arguments: given = [] } of directives) {
    const node = given.find((argument) => argument.name.value === 'if')?.value;
    if (node === undefined || !(name.value === 'skip' || name.value === 'include')) continue;
    const selects = name.value === 'include';
    const { isFixed, valueFor } = toArgument(node);
    if (isFixed) {
      if (valueFor({}) !== selects) return null;
    } else conditions.push((variables) => (valueFor(variables) === true) === selects);
  }
  return conditions;
}
