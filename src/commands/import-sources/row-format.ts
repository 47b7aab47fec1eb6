import { extname } from 'node:path';
import { parseOneOf } from '../../config/values.js';
import type { OptionReader } from '../arguments/options.js';

export type RowFormat = 'ndjson' | 'csv';

export const rowFormats: readonly RowFormat[] = ['ndjson', 'csv'];
const formatsByExtension: Readonly<Record<string, RowFormat>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.csv': 'csv',
};

/** Reads `--format`, which is required unless the file has the extension of a format. */
export function readRowFormat(options: OptionReader, file: string | null): RowFormat {
  const formatByName = file === null ? undefined : formatsByExtension[extname(file).toLowerCase()];
  const parseFormat = (text: string) => parseOneOf(text, rowFormats);
  return formatByName === undefined
    ? options.required('format', parseFormat)
    : (options.optional('format', parseFormat) ?? formatByName);
}
