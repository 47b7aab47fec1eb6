// Differences between two builds' responses to a request. Differences with the same cause usually have the same kind.

import { alignAuditLines } from './audit.js';

const excerptLength = 160;
const before = 60;

/**
 * @typedef {object} Observation
 * @property {{ status: string, headers: Record<string, string>, body: string }} response masked
 * @property {Record<string, number>} statements by name
 * @property {ReturnType<typeof import('./logs.js').maskLines>} [log]
 * @property {ReturnType<typeof import('./audit.js').maskAuditLines>} [audit]
 *
 * @typedef {{ kind: string, old: string, new: string }} Difference
 */

/**
 * Compares the observations of two builds.
 * @param {Observation} old
 * @param {Observation} changed
 * @returns {Difference[]}
 */
export function findDifferences(old, changed) {
  const differences = [];
  const compare = (kind, one, other) => {
    if (one !== other) differences.push({ kind, ...excerpts(one ?? '(none)', other ?? '(none)') });
  };
  compare('status', old.response.status, changed.response.status);
  for (const name of namesIn(old.response.headers, changed.response.headers)) {
    compare(`header ${name}`, old.response.headers[name], changed.response.headers[name]);
  }
  if (old.response.body !== changed.response.body) {
    compare(`body ${placeOf(old.response.body, changed.response.body)}`, old.response.body, changed.response.body);
  }
  for (const name of namesIn(old.statements, changed.statements)) {
    compare(`statements ${name}`, String(old.statements[name] ?? 0), String(changed.statements[name] ?? 0));
  }
  const [lines, otherLines] = [old.log?.lines ?? '[]', changed.log?.lines ?? '[]'];
  if (lines !== otherLines) compare(`log ${placeOf(lines, otherLines)}`, lines, otherLines);
  compare('log statements', textOf(old.log?.statements), textOf(changed.log?.statements));
  const { counts, texts } = alignAuditLines(old.audit ?? notAudited, changed.audit ?? notAudited);
  compare('audit lines', ...counts);
  if (texts[0] !== texts[1]) compare(`audit ${placeOf(...texts)}`, ...texts);
  return differences;
}

const notAudited = { lines: [], isLeft: false, wholeCount: 0 };

/**
 * Returns whether a difference is about numbers that depend on time: of statements, because of reads that are sent
 * together, or of audit lines, because of how far a stream reads ahead.
 */
export const isOfNumbers = ({ kind }) => /^((log )?statements\b|audit lines$)/.test(kind);

const textOf = (count) => (count === undefined ? undefined : String(count));

/** Returns the name of a kind at an entry point, for the summary. */
export const nameOf = (entry, kind) => `${entry}: ${kind}`;

const namesIn = (one, other) => [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();

/** Returns excerpts of both texts around their first difference. */
function excerpts(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - before);
  const excerpt = (text) => {
    const part = text.slice(from, from + excerptLength);
    return `${from > 0 ? '…' : ''}${part}${from + excerptLength < text.length ? '…' : ''}`;
  };
  return { old: excerpt(one), new: excerpt(other) };
}

/** Returns the path of the first different value, without list indexes; for text that is not JSON, its type. */
function placeOf(one, other) {
  const values = [one, other].map((text) => parse(text));
  if (values.includes(undefined)) return values[0] === values[1] ? '(text)' : '(JSON or not)';
  return firstDifference(values[0], values[1])?.join('.') ?? '(order or form)';
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the names on the path to the first difference, or `undefined` without one. */
function firstDifference(one, other) {
  if (Object.is(one, other)) return undefined;
  const areObjects = [one, other].every((value) => typeof value === 'object' && value !== null);
  if (!areObjects || Array.isArray(one) !== Array.isArray(other)) return [];
  for (const name of namesIn(one, other)) {
    const inner = name in one && name in other ? firstDifference(one[name], other[name]) : [];
    if (inner) return Array.isArray(one) ? inner : [name, ...inner];
  }
  return undefined;
}
