// Every document in the repository, split into the parts that tests check: headings, code blocks, tables and links. A
// block is found by the comment `<!-- test: name -->` before it, and a table by its heading, never by position.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CodeBlock {
  readonly document: string;
  /** The name in the comment before the block. */
  readonly marker: string | undefined;
  readonly language: string;
  readonly text: string;
}

export interface Table {
  /** The nearest preceding heading. */
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Document {
  readonly path: string;
  readonly text: string;
  /** The anchors of its headings, as GitHub generates them. */
  readonly anchors: ReadonlySet<string>;
  readonly headings: readonly string[];
  /** The document of which this one is now a part; undefined if it has content. */
  readonly movedTo: string | undefined;
  readonly blocks: readonly CodeBlock[];
  readonly tables: readonly Table[];
  /** Targets of its links. */
  readonly links: readonly string[];
  /** Strings in backticks, outside code blocks. */
  readonly codes: readonly string[];
}

export const root = join(import.meta.dirname, '..', '..');

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

const paths = [
  'README.md',
  'CHANGELOG.md',
  'bench/README.md',
  'examples/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export const documents: readonly Document[] = paths.map((path) => parseDocument(path, readText(path)));

export function documentAt(path: string): Document {
  const document = documents.find((document) => document.path === path);
  if (document === undefined) throw new Error(`There is no document ${path}.`);
  return document;
}

/** @throws unless exactly one block in all documents has the marker. */
export function block(marker: string): CodeBlock {
  const found = documents.flatMap(({ blocks }) => blocks).filter((item) => item.marker === marker);
  if (found.length !== 1) throw new Error(`${found.length} code blocks are marked "${marker}", not one.`);
  return found[0]!;
}

/** Returns the rows of the tables with this first column under a heading. @throws without such rows. */
export function tableRows(path: string, heading: string, firstColumn: string): readonly (readonly string[])[] {
  const tables = documentAt(path).tables.filter(
    (table) => table.heading === heading && table.columns[0] === firstColumn,
  );
  if (tables.length === 0) throw new Error(`${path} has no table of "${firstColumn}" under "${heading}".`);
  return tables.flatMap(({ rows }) => rows);
}

/** Returns the strings in backticks in a cell. */
export function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

function parseDocument(path: string, text: string): Document {
  const headings: string[] = [];
  const blocks: CodeBlock[] = [];
  const tables: Table[] = [];
  const prose: string[] = [];
  let marker: string | undefined;
  let open: { readonly language: string; readonly lines: string[] } | undefined;
  let table: string[][] = [];

  const endTable = () => {
    const [columns, , ...rows] = table;
    if (columns !== undefined) tables.push({ heading: headings.at(-1) ?? '', columns, rows });
    table = [];
  };
  for (const line of [...text.split('\n'), '']) {
    if (open !== undefined) {
      if (line !== '```') open.lines.push(line);
      else {
        blocks.push({ document: path, marker, language: open.language, text: `${open.lines.join('\n')}\n` });
        marker = undefined;
        open = undefined;
      }
      continue;
    }
    if (line.startsWith('|')) table.push(cellsOf(line));
    else endTable();
    if (line.startsWith('```')) open = { language: line.slice(3), lines: [] };
    else prose.push(line);
    const heading = /^#+ (.+)$/.exec(line)?.[1];
    if (heading !== undefined) headings.push(heading);
    marker = /^<!-- test: ([\w-]+) -->$/.exec(line)?.[1] ?? marker;
  }
  const body = prose.join('\n');
  return {
    path,
    text,
    headings,
    movedTo: /^# .+\n\nThis page is a part of \[.+\]\(([\w-]+\.md)\) now\.\n$/.exec(text)?.[1],
    anchors: new Set(headings.map(toAnchor)),
    blocks,
    tables,
    links: [...body.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
    codes: codesIn(body),
  };
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
