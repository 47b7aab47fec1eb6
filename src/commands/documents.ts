import type { Command } from 'commander';
import type { OperationDefinitionNode } from 'graphql';
import type { CostBounds } from '../admission/cost-bounds.js';
import { type Config, inspectConfig } from '../config/config.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, rejectUnexpectedArguments } from './arguments/options.js';
import { createTable } from './terminal-text.js';

export function createDocumentsCommand(): Command {
  const command = createCommand('documents', 'check the documents that TRUSTED_DOCUMENTS lists, and print their costs')
    .argument('[check]')
    .usage('check');
  return addVariableOptions(command, ['TRUSTED_DOCUMENTS', 'MAX_COST', 'MODEL_POINTER', 'SHARE_LINKS']).action(
    async () => {
      const [, config] = readArguments(command, rejectUnexpectedArguments, inspectConfig);
      const { lines, faults } = await checkDocuments(config);
      process.stdout.write(lines.join(''));
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  );
}

interface CheckedDocuments {
  /** One line per operation. */
  readonly lines: readonly string[];
  /** One sentence per fault. */
  readonly faults: readonly string[];
}

async function checkDocuments(config: Config): Promise<CheckedDocuments> {
  const { paths } = config.trustedDocuments;
  const { points } = config.limits;
  if (paths.length === 0) return { lines: [], faults: ['TRUSTED_DOCUMENTS is not set.'] };
  const [{ costBounds }, { loadDocuments }, { createConfiguredSchema }] = await Promise.all([
    import('../admission/cost-bounds.js'),
    import('../graphql/documents/compile-documents.js'),
    import('../graphql/schema/schema.js'),
  ]);
  const schema = await createConfiguredSchema(config);
  const loaded = await loadDocuments(paths, { schema });
  const operations = loaded.documents.flatMap((trustedDocument) =>
    trustedDocument.operations.map((operation) => ({
      name: nameOf(operation),
      file: trustedDocument.file,
      id: trustedDocument.id,
      bounds: costBounds(schema, trustedDocument.document, operation),
    })),
  );
  const rows = operations.map(({ name, file, id, bounds }) => [name, textOf(bounds), file, id]);
  const tooExpensive = operations.filter(({ bounds }) => bounds.max > points);
  return {
    lines: rows.map(createTable(rows)),
    faults: [
      ...loaded.faults,
      ...tooExpensive.map(
        ({ name, file, bounds }) =>
          `${file}, ${name}: The operation may cost ${bounds.max} points, but MAX_COST is ${points}.`,
      ),
    ],
  };
}

function nameOf({ name }: OperationDefinitionNode): string {
  return name?.value ?? '(without a name)';
}

function textOf({ min, max, perThousandRuns }: CostBounds): string {
  const points = `${min === max ? min : `${min} to ${max}`} points`;
  return perThousandRuns === 0 ? points : `${points}, plus ${perThousandRuns} per thousand runs`;
}
