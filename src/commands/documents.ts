import type { Command } from 'commander';
import { inspectConfig } from '../config/config.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, rejectUnexpectedArguments } from './arguments/options.js';

export function createDocumentsCommand(): Command {
  const command = createCommand('documents', 'check the documents that TRUSTED_DOCUMENTS lists, and print their costs')
    .argument('[check]')
    .usage('check');
  return addVariableOptions(command, ['TRUSTED_DOCUMENTS', 'MAX_DOCUMENT_TOKENS', 'MAX_COST']).action(async () => {
    const [, { trustedDocuments, limits }] = readArguments(command, rejectUnexpectedArguments, inspectConfig);
    const { checkDocuments } = await import('./documents/check-documents.js');
    const { lines, faults } = await checkDocuments(trustedDocuments.paths, limits);
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
}
