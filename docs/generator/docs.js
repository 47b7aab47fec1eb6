// Prints limits, variables, metrics and tables into the documents, from the code. `npm run docs` writes it into them.
//
// A document marks the place of a generated part with two comments: <!-- generated: limits: HTTP --> and <!-- /generated -->.
// A limit is a row of src/limits.ts, the default of a variable in src/config/variables.ts, or a call of `declareLimit`.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { root, textOf } from './imports.js';
import { generateMonitoring } from './monitoring.js';
import { tablesDiagram } from './tables.js';

const documents = ['docs/limits.md', 'docs/configuration.md', 'docs/monitoring.md', 'docs/tables.md'];

/**
 * Returns the text of each generated file by its path.
 * @param tables of src/limits.ts, src/config/variables.ts and src/telemetry/metric-table.ts, and the entities
 */
export function generateDocuments({ limitsBySection, variableGroups, variableParagraphs, metricTable, entities }) {
  const parts = new Map([
    ...limitTables(limitsBySection, variableGroups),
    ['variables', variableTables(variableGroups, variableParagraphs)],
    ['metrics', metricsTable(metricTable)],
    ['tables', tablesDiagram(entities)],
  ]);
  const printed = new Set();
  const print = (text) =>
    text.replace(/^(<!-- generated: (.+) -->)$[\s\S]*?^(<!-- \/generated -->)$/gm, (_all, begin, name, end) => {
      if (!parts.has(name)) throw new Error(`Nothing generates "${name}".`);
      printed.add(name);
      return `${begin}\n\n${parts.get(name)}\n\n${end}`;
    });
  const texts = [
    ...documents.map((path) => [path, print(readFileSync(join(root, path), 'utf8'))]),
    ['.env.example', exampleOf(variableGroups)],
    ...generateMonitoring(metricTable),
  ];
  for (const [path, text] of texts)
    if (/\b(?:undefined|NaN)\b/.test(text)) throw new Error(`A property is missing for ${path}.`);
  const unprinted = [...parts.keys()].filter((name) => !printed.has(name));
  if (unprinted.length > 0) throw new Error(`No document has a place for "${unprinted.join('", "')}".`);
  return new Map(texts);
}

/** Aligns the columns, as the formatter does. */
function table(columns, rows) {
  const widths = columns.map((column, index) =>
    Math.max(...[column, ...rows.map((row) => row[index])].map(({ length }) => length)),
  );
  const line = (cells) => `| ${cells.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const code = (text) => `\`${text}\``;

/** The divisors of values whose rows show the unit instead of ms or bytes. */
const divisors = { s: 1000, KiB: 1024, MiB: 1024 * 1024 };

/** The sections of which limits that no variable changes, and that no client meets, are in the appendix. */
const dividedSections = ['HTTP', 'Tokens and keys', 'Database and files'];
/** An error code, or the close code of a WebSocket. */
const clientOutcome = /^`[A-Z]|; `[A-Z]|^closed: \d/;

function limitTables(limitsBySection, variableGroups) {
  const rows = [
    ...Object.values(variableGroups).flatMap((group) =>
      Object.entries(group).flatMap(([variable, { limits = [], defaultValue }]) =>
        limits.map((limit) => ({ ...limit, value: defaultValue, variable })),
      ),
    ),
    ...Object.entries(limitsBySection).flatMap(([section, limits]) =>
      Object.values(limits).map((limit) => ({ section, ...limit })),
    ),
    ...[...textOf].flatMap(([file, text]) => limitsIn(file, text)),
  ];
  const names = new Set();
  const tables = new Map();
  for (const { section, name, value, unit = '', shownAs, variable, error, beyond } of rows) {
    if (names.has(name)) throw new Error(`The limit "${name}" is declared twice.`);
    names.add(name);
    const cells = [
      name,
      `${(value / (divisors[shownAs] ?? 1)).toLocaleString('en')} ${shownAs ?? unit}`.trim(),
      variable === undefined ? '' : code(variable),
      beyond ?? (error === undefined ? '' : code(error)),
    ];
    const isInternal = dividedSections.includes(section) && variable === undefined && !clientOutcome.test(cells[3]);
    const part = isInternal ? `${section}, internals` : section;
    tables.set(part, [...(tables.get(part) ?? []), cells]);
  }
  return [...tables].map(([section, cells]) => [
    `limits: ${section}`,
    table(['limit', 'value', 'variable', 'beyond it'], cells),
  ]);
}

/** Returns the limits that a source declares, in their order. */
function limitsIn(file, text) {
  if (!text.includes('declareLimit(')) return [];
  const limits = [];
  const visit = (node) => {
    if (node.type === 'CallExpression' && node.callee.value === 'declareLimit') {
      const [value, row] = node.arguments.map(({ expression }) => literalOf(file, expression));
      limits.push({ ...row, value });
    } else
      Object.values(node)
        .filter((child) => child instanceof Object)
        .forEach(visit);
  };
  visit(parseSync(text, { syntax: 'typescript', decorators: true }));
  return limits;
}

/** Returns the value of an expression. @throws Error for one that is not made of literals */
function literalOf(file, { type, value, operator, left, right, properties }) {
  if (type === 'NumericLiteral' || type === 'StringLiteral') return value;
  if (type === 'BinaryExpression' && operator === '*') return literalOf(file, left) * literalOf(file, right);
  if (type === 'ObjectExpression')
    return Object.fromEntries(
      properties.map((property) => [property.key?.value, literalOf(file, property.value ?? {})]),
    );
  throw new Error(`src/${file} declares a limit that is not made of literals.`);
}

function variableTables(variableGroups, paragraphs) {
  const sections = Object.entries(variableGroups).map(([heading, group]) => {
    const named = Object.entries(group).map(([name, { isSecret }]) =>
      [name, ...(isSecret ? [`${name}_FILE`] : [])].map(code).join(', '),
    );
    if (paragraphs[heading] !== undefined) return `### ${heading}\n\n${named.join(', ')} ${paragraphs[heading]}`;
    const rows = Object.values(group).map(
      ({ defaultText, defaultDescription, description, placeholder, more = '', setBy }, index) => [
        named[index],
        defaultText === null ? defaultDescription || 'none' : code(defaultText),
        `${description}${valuesOf(placeholder)}${more}`,
        ...(setBy === undefined ? [] : [setBy]),
      ],
    );
    const columns = ['variable', 'default', 'meaning', 'set by'];
    return `### ${heading}\n\n${table(columns.slice(0, rows[0].length), rows)}`;
  });
  return sections.join('\n\n');
}

/** Returns the values that a placeholder such as `on|off` lists. */
function valuesOf(placeholder) {
  return placeholder.includes('|') ? ` (${placeholder.split('|').map(code).join(', ')})` : '';
}

function metricsTable(metrics) {
  const rows = Object.values(metrics).map(({ name, type, labels, help, more }) => [
    code(name),
    type,
    labels.map(code).join(', '),
    `${help}${more}`,
  ]);
  return table(['metric', 'type', 'labels', 'value'], rows);
}

function exampleOf(variableGroups) {
  const groups = Object.entries(variableGroups).map(([heading, variables]) => {
    const lines = Object.entries(variables).flatMap(
      ([name, { isSecret, defaultText, defaultDescription, description }]) => [
        `# ${description}${defaultDescription === '' ? '' : `; by default ${defaultDescription}`}`,
        `#${name}=${defaultText ?? ''}`,
        ...(isSecret ? [`#${name}_FILE=`] : []),
      ],
    );
    return `## ${heading}\n\n${lines.join('\n')}\n`;
  });
  return `# Every variable of the gateway with its default; one without a value has none, or one that depends on others. What each
# means: docs/configuration.md. Copied to .env in the working directory, the gateway reads it at its start.
# Printed by npm run docs from src/config/variables.ts.

${groups.join('\n')}`;
}

if (process.argv[1] === import.meta.filename) {
  const { limitsBySection } = await import('../../dist/src/limits.js');
  const { variableGroups, variableParagraphs } = await import('../../dist/src/config/variables.js');
  const { metricTable } = await import('../../dist/src/telemetry/metric-table.js');
  const { entities } = await import('../../dist/src/database/entities/index.js');
  const generated = generateDocuments({ limitsBySection, variableGroups, variableParagraphs, metricTable, entities });
  // A document that is written makes dist out of date.
  for (const [path, text] of generated)
    if (!existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text)
      writeFileSync(join(root, path), text);
}
