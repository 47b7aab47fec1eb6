// Presents a list as the connection type, with lazy cursors, because most pages need at most two.

import type { GraphQLResolveInfo } from 'graphql';
import type { TaskRunRecord } from '../../task-runs/columns/records.js';
import type { CursorCodec } from '../../task-runs/lists/cursor.js';
import type { RunList, RunListInput, RunListSelection } from '../../task-runs/lists/run-list.service.js';
import { runSelectionOfFields, selectedRunFields } from '../selection/run-selection.js';
import {
  assertFieldCount,
  childFields,
  descendantFields,
  fieldsNamed,
  memoizeByFieldNodes,
} from '../selection/selected-fields.js';

const connectionSelection = memoizeByFieldNodes((selection) => {
  const fields = childFields(selection.fieldNodes, selection);
  const edges = fieldsNamed(fields, 'edges');
  const nodes = fieldsNamed(fields, 'nodes');
  const pageInfo = fieldsNamed(fields, 'pageInfo');
  const scan = fieldsNamed(fields, 'scan');
  const edgeFields = childFields(edges, selection);
  assertFieldCount([...fields, ...edgeFields, ...childFields([...pageInfo, ...scan], selection)]);
  const runFields = selectedRunFields({ ...selection, fieldNodes: [...nodes, ...fieldsNamed(edgeFields, 'node')] });
  return {
    isPageSelected: edges.length + nodes.length + pageInfo.length + scan.length > 0,
    runFields,
    fieldsPerRun: edgeFields.length + runFields.length + descendantFields(runFields, selection).length,
    count: fieldsNamed(fields, 'totalCount').length > 0,
  };
});

/** Returns the list selection for a connection's selection. @throws GatewayError VALIDATION_FAILED beyond a limit */
export function runListSelection(info: GraphQLResolveInfo): RunListSelection {
  const { isPageSelected, runFields, fieldsPerRun, count } = connectionSelection(info);
  return { selection: isPageSelected ? runSelectionOfFields(runFields, info) : null, fieldsPerRun, count };
}

export class RunConnection {
  readonly runAccess: RunList['runAccess'];
  readonly nodes: readonly TaskRunRecord[];
  readonly totalCount: RunList['count'];
  readonly #list: RunList;

  /** @param input the list's arguments */
  constructor(
    list: RunList,
    readonly input: RunListInput,
  ) {
    this.runAccess = list.runAccess;
    this.nodes = list.runs;
    this.totalCount = list.count;
    this.#list = list;
  }

  get edges(): RunEdge[] {
    return this.nodes.map((node) => new RunEdge(node, this.#list.cursors));
  }

  get pageInfo() {
    const { hasNext, hasPrevious, start, end, cursors } = this.#list;
    return {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: start && cursors.encode(start),
      endCursor: end && cursors.encode(end),
    };
  }

  get scan() {
    const { scannedTo } = this.#list;
    return { isComplete: scannedTo === null, scannedTo: scannedTo?.created ?? null };
  }

  countUpTo(max: number): ReturnType<RunList['countUpTo']> {
    return this.#list.countUpTo(max);
  }
}

class RunEdge {
  readonly #cursors: CursorCodec;

  constructor(
    readonly node: TaskRunRecord,
    cursors: CursorCodec,
  ) {
    this.#cursors = cursors;
  }

  get cursor(): string {
    return this.#cursors.encode(this.node);
  }
}
