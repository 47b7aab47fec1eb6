// Pages of whole tasks, read together with the facts that decide whether the viewer may see them: pages of one kind that
// requests in flight ask for share a statement. A page's runs come as one array for each of their properties. Whoever
// turns out to see only its own runs there is answered by a statement of its own; the page is then read in vain.

import type { DataSource } from 'typeorm';
import { createComposedStatements, type Statement, unseen, unseenArrays } from '../database/statements.js';
import { joinsOfPath } from './highest-role-rank.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';
import type { TaskRunRecord } from './records.js';
import { createRunColumns, storedBytes } from './run-columns.js';
import { RunPart, type RunSelection } from './run-parts.js';
import { type ColumnarPage, toRunRecordsOfColumns } from './run-rows.js';
import type { ScopeFacts, ScopePath } from './run-scope.js';
import type { ScopeKey } from './scope-statement.js';

/** A page of all runs of the task that the path names, without picks. */
export interface TaskPageKey extends ScopeKey {
  readonly path: ScopePath & { readonly taskId: string };
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

/** What the statement answers for one key. */
export interface TaskPageRow {
  readonly facts: ScopeFacts;
  /** From the end where reading begins, one more than asked for if there is one; null: with their JSON they are too large. */
  readonly runs: readonly TaskRunRecord[] | null;
}

interface BoundTaskPageStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  /** The answers for the keys, in their order. */
  toRows(rows: readonly (readonly unknown[])[]): TaskPageRow[];
}

/** What tells the texts of the statement apart; keys of one kind can be read together. */
export function kindOfTaskPage({ page, selection }: TaskPageKey): string {
  const bounds = boundsOf(page).map(({ end, operator }) => end + operator);
  return [readsAscending(page), ...bounds, selection.parts].join();
}

/** Binds the statement to keys of one kind; a page whose stored JSON is beyond the limit of bytes is left out. */
export type BindTaskPageStatement = (keys: readonly TaskPageKey[], byteLimit: number) => BoundTaskPageStatement;

export function createTaskPageStatements(dataSource: DataSource): BindTaskPageStatement {
  const compose = createComposer(dataSource);
  const statements = new Map<string, TaskPageStatement>();

  return (keys, byteLimit) => {
    const [first] = keys as [TaskPageKey];
    const kind = kindOfTaskPage(first);
    const statement = statements.get(kind) ?? compose(first);
    statements.set(kind, statement);
    return {
      statement,
      values: [
        keys.map(({ path }) => path.orgId),
        keys.map(({ path }) => path.projectId),
        keys.map(({ path }) => path.taskId),
        keys.map(({ subject }) => subject),
        keys.map(({ page }) => page.size + 1),
        ...boundsOf(first.page).flatMap(({ end }) => [
          keys.map(({ page }) => page[end]!.created),
          keys.map(({ page }) => page[end]!.id),
        ]),
        ...(statement.hasJson ? [byteLimit] : []),
      ],
      toRows: (rows) => rows.map((row, index) => toTaskPageRow(row, statement.columnNames, keys[index]!)),
    };
  };
}

/** A text of the statement, and the names of its columns after the facts. */
interface TaskPageStatement extends Statement {
  readonly columnNames: readonly string[];
  readonly hasJson: boolean;
}

function createComposer(dataSource: DataSource): (example: TaskPageKey) => TaskPageStatement {
  const columns = createRunColumns(dataSource);
  const toStatement = createComposedStatements('task_run_pages_by_task');

  return (example) => {
    const { parts } = example.selection;
    const bounds = boundsOf(example.page);
    const direction = readsAscending(example.page) ? 'ASC' : 'DESC';
    // The task is known from the path.
    const properties = columns.propertiesForJson(parts).filter(([name]) => name !== 'taskId');
    const json = columns.json(parts);
    const isText = ([part]: (typeof json)[number]) => part !== RunPart.responseBytes;
    const arrays = [
      ...properties.map(([name]) => [name, `"${name}"`] as const),
      ...json.filter((column) => !isText(column)).map(([, name, sql]) => [name, sql] as const),
    ];
    const selected = [
      [
        'runs',
        `(SELECT json_build_object(${arrays.map(([name, sql]) => `'${name}', json_agg(${sql})`).join(', ')}) FROM read_run AS run)`,
      ] as const,
      ...columns.relations(parts),
      // JSON as the database writes it has no line breaks, so they can stand between.
      ...json
        .filter(isText)
        .map(
          ([, name, sql]) => [name, `(SELECT string_agg(coalesce(${sql}, ''), E'\\n') FROM read_run AS run)`] as const,
        ),
    ];
    const hasJson = json.length > 0;
    const bytes = storedBytes.flatMap(([some, sql]) => (parts & some ? [sql] : [])).join(' + ');
    const types = ['uuid', 'uuid', 'uuid', 'text', 'integer', ...bounds.flatMap(() => ['timestamptz', 'uuid'])];
    const byteLimit = unseen(`$${types.length + 1}::bigint`);
    const text = `
SELECT task.id, task.run_visibility, project.id IS NOT NULL, coalesce(granted.rank, 0), page.*
FROM unnest(${unseenArrays(types)}) WITH ORDINALITY
  AS asked (org_id, project_id, task_id, subject, size${bounds.map(({ end }) => `, ${end}_created, ${end}_id`).join('')}, position)
${joinsOfPath}
LEFT JOIN LATERAL (
  WITH read_run AS MATERIALIZED (
    SELECT ${properties.map(([name, sql]) => `${sql} AS "${name}"`).join(', ')}${hasJson ? ', run.response, run.run_data' : ''}
    FROM task_run AS run
    WHERE run.task_id = task.id AND granted.rank IS NOT NULL${bounds
      .map(
        ({ end, operator }) => `
      AND (run.created, run.id) ${operator} (asked.${end}_created, asked.${end}_id)`,
      )
      .join('')}
    ORDER BY run.created ${direction}, run.id ${direction} LIMIT asked.size
  )
  SELECT ${selected.map(([, sql]) => sql).join(',\n    ')}
  ${hasJson ? `WHERE (SELECT coalesce(sum(${bytes}), 0) FROM read_run AS run) <= ${byteLimit}` : ''}
) AS page ON true
ORDER BY asked.position`;
    return { ...toStatement(text), columnNames: selected.map(([name]) => name), hasJson };
  };
}

function toTaskPageRow(
  [taskId, visibility, isProject, rank, ...page]: readonly unknown[],
  columnNames: readonly string[],
  { path, selection }: TaskPageKey,
): TaskPageRow {
  const facts = { taskId, visibility, isProject, rank } as ScopeFacts;
  if (page[0] === null) return { facts, runs: null };
  const named = Object.fromEntries(columnNames.map((name, index) => [name, page[index]]));
  return { facts, runs: toRunRecordsOfColumns(named as unknown as ColumnarPage, { path, parts: selection.parts }) };
}
