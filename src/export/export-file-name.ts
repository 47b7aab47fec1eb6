// The name under which a client saves an export, such as `support-triage_2026-11-01_2026-11-30.csv`.

import { parseDateTime } from '../dates/parse-date-time.js';

export interface ExportPeriod {
  readonly createdAfter?: unknown;
  readonly createdBefore?: unknown;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const maxNameLength = 80;

/**
 * @param name of the task, project or organization; if null, its id is used
 * @param period a valid period
 * @returns the name, and an ASCII version of it
 */
export function exportFileName(
  { name, id }: { readonly name: string | null; readonly id: string },
  period: ExportPeriod,
  extension: string,
): { readonly fileName: string; readonly asciiFileName: string } {
  const end = `_${daysOf(period)}.${extension}`;
  const slug = toSlug(name ?? '', /[^\p{L}\p{M}\p{N}]+/gu) || id;
  const ascii = toSlug((name ?? '').normalize('NFKD').replace(/\p{M}/gu, ''), /[^a-z0-9]+/g) || id;
  return { fileName: slug + end, asciiFileName: ascii + end };
}

function toSlug(name: string, others: RegExp): string {
  const words = name.normalize('NFC').toLowerCase().replace(others, '-');
  return [...words].slice(0, maxNameLength).join('').replace(/^-|-$/g, '');
}

/** Returns the first and the last day of the period in UTC. The day of the export replaces a missing end. */
function daysOf({ createdAfter, createdBefore, now }: ExportPeriod): string {
  const momentOf = (text: unknown) => Date.parse(parseDateTime(String(text)).at(now));
  const last = createdBefore == null ? now : momentOf(createdBefore) - 1;
  if (createdAfter == null) return createdBefore == null ? toDay(last) : `until_${toDay(last)}`;
  const first = momentOf(createdAfter);
  return `${toDay(first)}_${toDay(Math.max(first, last))}`;
}

function toDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
