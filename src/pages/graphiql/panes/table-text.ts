// Sorted cells, and cells as CSV. Each cell has the text that the server wrote.

import { toInertCell } from '../../../export/inert-cell.js';
import { type JsonTree, plainText } from '../../shared/json/json-tree.js';
import type { Row, Table } from './find-table.js';

/** Returns '' for a missing value and for null. */
export function cellText(cell: JsonTree | undefined): string {
  return cell === undefined || cell.kind === 'null' ? '' : plainText(cell);
}

/** Sorts numbers by value, to the last digit, and anything else alphabetically, with empty cells at the end. */
export function sortedRows(rows: readonly Row[], column: number, isDescending: boolean): readonly Row[] {
  const keyed = rows.map((row) => ({ row, text: cellText(row.cells[column]) }));
  const [nonEmpty, empty] = [keyed.filter(({ text }) => text !== ''), keyed.filter(({ text }) => text === '')];
  nonEmpty.sort((a, b) => (isDescending ? compareTexts(b.text, a.text) : compareTexts(a.text, b.text)));
  return [...nonEmpty, ...empty].map(({ row }) => row);
}

const decimal = /^-?\d+(\.\d+)?$/;

export function compareTexts(a: string, b: string): number {
  if (!decimal.test(a) || !decimal.test(b)) return a < b ? -1 : Number(a > b);
  const digits = Math.max(fractionOf(a).length, fractionOf(b).length);
  const [left, right] = [scaled(a, digits), scaled(b, digits)];
  return left < right ? -1 : Number(left > right);
}

function scaled(text: string, digits: number): bigint {
  const [integerPart = ''] = text.split('.');
  return BigInt(integerPart + fractionOf(text).padEnd(digits, '0'));
}

function fractionOf(text: string): string {
  return text.split('.')[1] ?? '';
}

/** Returns CSV (RFC 4180) without cells that a spreadsheet would execute. */
export function toCsv({ columns, rows }: Table): string {
  const lines = [columns, ...rows.map(({ cells }) => cells.map(cellText))];
  return lines.map((cells) => `${cells.map(toCsvCell).join(',')}\r\n`).join('');
}

function toCsvCell(text: string): string {
  const escaped = toInertCell(text);
  return /[",\r\n]/.test(escaped) ? `"${escaped.replaceAll('"', '""')}"` : escaped;
}
