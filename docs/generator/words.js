// Checks names, comments, messages and documents against the two tables of docs/glossary.md, each with what to write instead.
// `npm run lint` runs it. `node docs/generator/words.js --texts` prints the texts that people see, to read them one by one.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { root } from './imports.js';

const readText = (path) => readFileSync(join(root, path), 'utf8');
const isScript = (path) => /\.(?:m?js|tsx?)$/.test(path);
const isDocument = (path) => path.endsWith('.md');

/** Returns the rows of the table below a heading of the glossary: what to avoid, what to write, and uses that are fine. */
function glossaryRows(glossary, heading) {
  const [, section] = glossary.split(`\n## ${heading}\n`);
  const [table] = section.split('\n## ');
  const quoted = (cell = '') => [...cell.matchAll(/`(.+?)`/g)].map(([, text]) => text);
  return [...table.matchAll(/^\| +(`.+`.*?) +\|$/gm)].flatMap(([, row]) => {
    const [avoided, write, fine] = row.split(/ +\| */);
    return quoted(avoided).map((text) => ({ text, write, fine: quoted(fine) }));
  });
}

/**
 * Returns a function from a path and its text to findings, `path:line: not "x": write y`.
 * @param schema in SDL, whose names are exempt, because others use them
 */
export function createWordCheck(glossary, schema = '') {
  const contractNames = new Set(schema.replace(/"""[\s\S]*?"""|"[^"\n]*"/g, '').match(/\w+/g));
  const names = glossaryRows(glossary, 'Words that names avoid').map((rule) => ({
    ...rule,
    matches: nameMatcher(rule.text),
  }));
  const phrases = glossaryRows(glossary, 'Phrases that prose avoids').map((rule) => ({
    ...rule,
    pattern: phrasePattern(rule),
  }));
  return (path, text) => {
    const finding = (index, { text: not, write }) =>
      `${path}:${text.slice(0, index).split('\n').length}: not "${not}": write ${write}`;
    const declared = isScript(path) ? declaredNames(path, text) : [];
    const fileName = path.split('/').at(-1).split('.')[0];
    return [
      ...names
        .filter(({ matches }) => matches(fileName, 'file'))
        .map((rule) => `${path}: not "${rule.text}": write ${rule.write}`),
      ...declared.flatMap(([name, kind]) =>
        contractNames.has(name)
          ? []
          : names
              .filter(({ matches }) => matches(name, kind))
              .map((rule) =>
                finding(text.search(new RegExp(`(?<![\\w$])${name.replace('$', '\\$')}(?![\\w$])`)), rule),
              ),
      ),
      ...phrases.flatMap((rule) =>
        [...proseOf(path, text).matchAll(rule.pattern)].map(({ index }) => finding(index, rule)),
      ),
    ];
  };
}

/** A name that ends with an ellipsis is the beginning of names, `(x)` is a parameter, another one a part of a name in camel case. */
function nameMatcher(text) {
  if (text.startsWith('(')) return (name, kind) => kind === 'parameter' && name === text.slice(1, -1);
  if (text.endsWith('…')) return (name) => new RegExp(`^${text.slice(0, -1)}[A-Z]`).test(name);
  return (name) => partsOf(name).includes(text);
}

function partsOf(name) {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
}

/** A phrase that ends with an ellipsis is the beginning of a comment. */
function phrasePattern({ text, fine }) {
  const spaced = (words) => words.replaceAll(' ', '(?:\\s|\\0)+');
  if (text.endsWith(' …')) return new RegExp(`(?<=^\\s*(?:/\\*\\*|//) )${text.slice(0, -2)}(?![\\w-])`, 'gm');
  const exceptions = fine.map((use) => {
    const [before, after] = use.split(text);
    return `(?<!${spaced(before)}(?=${spaced(text + after)}))`;
  });
  return new RegExp(`(?<![\\w$.#/-])${exceptions.join('')}${spaced(text)}(?![\\w$(/-])`, 'gi');
}

/**
 * Returns a text of the same length without anything but prose. It lacks the signs before the lines of a comment, and the code in documents.
 */
function proseOf(path, text) {
  const blank = (part) => part.replace(/[^\n]/g, '\0');
  if (isDocument(path)) return text.replace(/^```[\s\S]*?^```|`[^`\n]+`|^<!--.*-->$/gm, blank);
  return text
    .replace(/(?<=^\s*(?:\/\/.*|\*.*|\/\*\*.*)\n)\s*(?:\/\/|\*(?!\/)) /gm, blank)
    .replace(/['`"] \+\n\s*['`"]/g, blank);
}

function parse(path, text) {
  const isTyped = /\.tsx?$/.test(path);
  return parseSync(text, { syntax: isTyped ? 'typescript' : 'ecmascript', tsx: path.endsWith('x'), decorators: true });
}

/** Returns the names that a source declares, each with `parameter` or `name`. Keys of objects may come from elsewhere. */
function declaredNames(path, text) {
  const declared = new Map();
  const bind = (pattern, kind) => {
    if (pattern === null || pattern === undefined) return;
    if (pattern.type === 'Identifier') declared.set(`${kind} ${pattern.value}`, [pattern.value, kind]);
    else if (pattern.type === 'ArrayPattern') for (const element of pattern.elements) bind(element, kind);
    else if (pattern.type === 'AssignmentPattern') bind(pattern.left, kind);
    else if (pattern.type === 'RestElement') bind(pattern.argument, kind);
    else if (pattern.type === 'KeyValuePatternProperty') bind(pattern.value, kind);
    else if (pattern.type === 'ObjectPattern') for (const property of pattern.properties) bind(property, kind);
    else if (pattern.type === 'PrivateName') declared.set(`${kind} ${pattern.value}`, [pattern.value, kind]);
  };
  visit(parse(path, text), (node) => {
    if (node.type === 'VariableDeclarator') bind(node.id, 'name');
    else if (node.type === 'TsParameterProperty') bind(node.param, 'parameter');
    else if (/^(?:Class|Function)(?:Declaration|Expression)$/.test(node.type)) bind(node.identifier, 'name');
    else if (/^Ts(?:Interface|TypeAlias|Enum)Declaration$/.test(node.type)) bind(node.id, 'name');
    else if (
      /^(?:ClassMethod|ClassProperty|PrivateMethod|PrivateProperty|TsPropertySignature|TsMethodSignature)$/.test(
        node.type,
      )
    )
      bind(node.key, 'name');
    if (Array.isArray(node.params)) for (const param of node.params) bind(param.pat ?? param, 'parameter');
  });
  return [...declared.values()];
}

function visit(node, enter) {
  if (Array.isArray(node)) for (const child of node) visit(child, enter);
  else if (node instanceof Object) {
    enter(node);
    for (const child of Object.values(node)) visit(child, enter);
  }
}

/** Returns the texts of at least three words in the literals of a source, but for SQL. */
function literalTexts(path, text) {
  const texts = [];
  visit(parse(path, text), (node) => {
    if (node.type === 'StringLiteral') texts.push(node.value);
    else if (node.type === 'TemplateLiteral') texts.push(node.quasis?.map(({ cooked }) => cooked).join('…') ?? '');
  });
  return texts.filter(
    (literal) => /[a-z]+ .*[a-z]+ .*[a-z]/.test(literal) && !/\b(?:SELECT|FROM|WHERE|AS|AND|ON)\b/.test(literal),
  );
}

function listFiles(...folders) {
  return execFileSync('git', ['ls-files', ...folders], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** Texts that quote what they avoid, that databases have as they are, or that stand for what people write. */
const exempt = /^(?:docs\/glossary\.md|test\/unit\/words\.test\.ts|src\/database\/migrations\/.*|src\/demo\/data\/.*)$/;
const isChecked = (path) => (isScript(path) || isDocument(path)) && !exempt.test(path);

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--texts')) {
    const sources = listFiles('src', 'docs/generator/monitoring.js').filter(
      (path) => isScript(path) && !/^src\/(?:pages|database\/migrations)\//.test(path),
    );
    for (const path of sources)
      for (const text of literalTexts(path, readText(path)))
        process.stdout.write(`${path}\t${text.replaceAll('\n', '\\n')}\n`);
  } else {
    const check = createWordCheck(readText('docs/glossary.md'), readText('schema.graphql'));
    const findings = listFiles()
      .filter(isChecked)
      .flatMap((path) => check(path, readText(path)));
    for (const finding of findings) process.stderr.write(`${finding}\n`);
    if (findings.length > 0) {
      process.stderr.write(`${findings.length} places use words that docs/glossary.md replaces.\n`);
      process.exitCode = 1;
    }
  }
}
