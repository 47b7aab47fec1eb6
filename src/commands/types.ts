import { resolve } from 'node:path';
import type { Command } from 'commander';
import { connectionVariables, inspectDatabaseConfig } from '../config/config.js';
import { parseInteger, parseOneOf } from '../config/values.js';
import { typeLanguages } from '../run-types/type-languages.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, parseId, readOptions, valueOption } from './arguments/options.js';
import type { TypesRequest } from './types/infer-types.js';

const fieldsOf = { response: ['response'], submitted: ['submitted'], both: ['response', 'submitted'] } as const;
const choices = Object.keys(fieldsOf) as (keyof typeof fieldsOf)[];
// limit | Database and files | runs that `npm run types` reads | | the command line is rejected
/** More runs rarely change the types. */
const maxRuns = 1000;
const defaultRuns = 100;

export function createTypesCommand(): Command {
  const command = createCommand('types', 'infer the type of a task’s responses from its latest runs in DATABASE_URL')
    .usage(
      `--task ID --language ${typeLanguages.join('|')} [--revision ID] [--runs N] [--of ${choices.join('|')}] [--out FILE]`,
    )
    .addOption(valueOption('--task <ID>', 'the task'))
    .addOption(valueOption('--language <language>', `language of the types: ${typeLanguages.join(', ')}`))
    .addOption(valueOption('--revision <ID>', 'only runs of this revision of the task'))
    .addOption(valueOption('--runs <N>', `maximum number of runs, 1 to ${maxRuns} (default: ${defaultRuns})`))
    .addOption(valueOption('--of <what>', `values whose type is inferred: ${choices.join(', ')} (default: response)`))
    .addOption(valueOption('--out <FILE>', 'file for the types (default: standard output)'));
  return addServerVariableOptions(command, connectionVariables).action(async () => {
    const [request, config] = readArguments(command, readTypesRequest, inspectDatabaseConfig);
    const { inferTypes } = await import('./types/infer-types.js');
    await inferTypes(request, config, { output: process.stdout, remarks: process.stderr });
  });
}

/** @throws UsageError naming every option that is wrong */
export function readTypesRequest(command: Command): TypesRequest {
  return readOptions(command, ({ required, optional }) => ({
    taskId: required('task', parseId),
    language: required('language', (text) => parseOneOf(text, typeLanguages)),
    revisionId: optional('revision', parseId) ?? null,
    runs: optional('runs', (text) => parseInteger(text, 1, maxRuns)) ?? defaultRuns,
    fields: fieldsOf[optional('of', (text) => parseOneOf(text, choices)) ?? 'response'],
    file: optional('out', parseFile) ?? null,
  }));
}

function parseFile(text: string): string {
  if (text === '') throw new Error('is empty.');
  return resolve(text);
}
