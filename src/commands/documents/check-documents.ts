import type { OperationDefinitionNode } from 'graphql';
import { type CostBounds, costBounds } from '../../admission/cost-bounds.js';
import type { Config } from '../../config/config.js';
import { loadDocuments } from '../../graphql/documents/compile-documents.js';
import { createSchema } from '../../graphql/schema/schema.js';

interface CheckedDocuments {
  /** A line for each operation. */
  readonly lines: readonly string[];
  /** One sentence each. */
  readonly faults: readonly string[];
}

export async function checkDocuments(
  paths: readonly string[],
  { documentTokens: maxTokens, points }: Pick<Config['limits'], 'documentTokens' | 'points'>,
): Promise<CheckedDocuments> {
  if (paths.length === 0) return { lines: [], faults: ['TRUSTED_DOCUMENTS names no file.'] };
  const schema = await createSchema();
  const loaded = await loadDocuments(paths, { schema, maxTokens });
  const operations = loaded.documents.flatMap((each) =>
    each.operations.map((operation) => ({
      name: nameOf(operation),
      file: each.file,
      id: each.id,
      bounds: costBounds(schema, each.document, operation),
    })),
  );
  const tooExpensive = operations.filter(({ bounds }) => bounds.max > points);
  return {
    lines: toTable(operations.map(({ name, file, id, bounds }) => [name, textOf(bounds), file, id])),
    faults: [
      ...loaded.faults,
      ...tooExpensive.map(
        ({ name, file, bounds }) => `${file}, ${name}: It may cost ${bounds.max} points, and MAX_COST is ${points}.`,
      ),
    ],
  };
}

function nameOf({ name }: OperationDefinitionNode): string {
  return name?.value ?? '(without a name)';
}

function textOf({ min, max, perThousandRuns }: CostBounds): string {
  const points = `${min === max ? min : `${min} to ${max}`} points`;
  return perThousandRuns === 0 ? points : `${points}, and ${perThousandRuns} for each thousand runs`;
}

function toTable(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const widths = (rows[0] ?? []).map((_, column) => widthOf(column));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
