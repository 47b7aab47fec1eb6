// A list as the connection type's fields expect it. Cursors are made when they are asked for: most pages want two at most.

import type { FieldNode } from 'graphql';
import type { CursorCodec, RunPosition } from '../task-runs/cursor.js';
import type { TaskRunRecord } from '../task-runs/records.js';
import type { RunList, RunListInput, WantedOfList } from '../task-runs/viewer-run-lists.js';
import { assertFewFields, fieldsBelow, rememberSelections } from './selected-fields.js';
import { readSelectedParts } from './selected-parts.js';

/** What the selection of a connection wants of its list. */
export const wantedOfList = rememberSelections((info): WantedOfList => {
  const fields = fieldsBelow(info.fieldNodes, info);
  const named = (nodes: readonly FieldNode[], name: string) => nodes.filter((node) => node.name.value === name);
  const edges = named(fields, 'edges');
  const nodes = named(fields, 'nodes');
  const pageInfo = named(fields, 'pageInfo');
  const ofEdges = fieldsBelow(edges, info);
  assertFewFields([...fields, ...ofEdges, ...fieldsBelow(pageInfo, info)]);
  const isPageWanted = edges.length + nodes.length + pageInfo.length > 0;
  const fieldNodes = [...nodes, ...named(ofEdges, 'node')];
  return {
    selection: isPageWanted ? readSelectedParts({ ...info, fieldNodes }) : null,
    count: named(fields, 'totalCount').length > 0,
  };
});

export class RunConnection {
  readonly nodes: readonly TaskRunRecord[];
  readonly totalCount: number | undefined;
  readonly #list: RunList;

  /** @param input what the list was asked for by */
  constructor(
    list: RunList,
    readonly input: RunListInput,
  ) {
    this.nodes = list.runs;
    this.totalCount = list.count;
    this.#list = list;
  }

  get edges(): RunEdge[] {
    return this.nodes.map((node) => new RunEdge(node, this.#list.cursors));
  }

  get pageInfo() {
    const { hasNext, hasPrevious, runs, cursors } = this.#list;
    const cursorOf = (run: RunPosition | undefined) => (run === undefined ? null : cursors.encode(run));
    return {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: cursorOf(runs[0]),
      endCursor: cursorOf(runs.at(-1)),
    };
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
