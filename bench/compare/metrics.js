// The names of a gateway's metrics, with their types, labels and sets of label values.

import { nameOf } from './differences.js';
import { background } from './statements.js';

const sample = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? \S+$/;
const label = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
/** Series of a histogram or summary, which belong to the metric of that name. */
const suffix = /_(?:bucket|sum|count)$/;
/**
 * Metrics of the process itself, whose label values appear and disappear with its timers, handles and garbage
 * collections.
 */
const processNames = /^(?:nodejs|process)_/;
/** Labels whose values differ between two builds or processes. */
const ownLabels = new Set(['le', 'quantile', 'pid', 'process', 'host', 'instance', 'version', 'commit']);
/** Label values for the effects of timers, and for probes, whose responses change once the gateway is ready. */
const untimely = [({ statement }) => background.has(statement), ({ route }) => route?.startsWith('/health/') ?? false];

/**
 * @typedef {object} Metric
 * @property {string} type
 * @property {string[]} [labels] names; undefined without a sample
 * @property {string[]} sets the values of all labels, a set each, as JSON
 */

/**
 * Reads a page of metrics.
 * @param {string} text
 * @returns {Record<string, Metric>} by name
 */
export function parseMetrics(text) {
  const metrics = {};
  const lines = text.split('\n');
  for (const line of lines) {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined) metrics[name] = { type, sets: new Set() };
  }
  for (const line of lines) {
    const [, series, labels] = sample.exec(line) ?? [];
    if (series === undefined) continue;
    const stem = series.replace(suffix, '');
    const name = series in metrics || !(stem in metrics) ? series : stem;
    metrics[name] ??= { type: 'untyped', sets: new Set() };
    addSample(metrics[name], name, labels ?? '');
  }
  const sorted = ({ type, labels, sets }) => ({ type, labels: labels && [...labels].sort(), sets: [...sets].sort() });
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, sorted(metric)]));
}

function addSample(metric, name, labels) {
  const values = Object.fromEntries([...labels.matchAll(label)].map(([, key, value]) => [key, value]));
  metric.labels ??= new Set();
  for (const key of Object.keys(values)) metric.labels.add(key);
  if (processNames.test(name) || untimely.some((matches) => matches(values))) return;
  const kept = Object.entries(values).filter(([key]) => !ownLabels.has(key));
  metric.sets.add(JSON.stringify(Object.fromEntries(kept.sort())));
}

/**
 * Reads the metrics of both builds, and compares them.
 * @param {readonly Pick<import('./ask.js').Side, 'send'>[]} sides the old one first
 * @param {{ entry: string, ignored?: readonly RegExp[] }} options
 * @returns {Promise<{ differences: import('./differences.js').Difference[], reason?: string }>} reason: why the old
 *   build's cannot be compared
 */
export async function compareMetrics(sides, { entry, ignored = [] }) {
  const pages = [];
  for (const { send } of sides) pages.push(await send({ method: 'GET', path: '/metrics', headers: {} }));
  const [old, changed] = pages.map(({ status, body }) => (status === 200 ? parseMetrics(body.toString()) : {}));
  if (pages[0].status !== 200) {
    return { differences: [], reason: `metrics: the old build's have the status ${pages[0].status}` };
  }
  const isKept = ({ kind }) => !ignored.some((pattern) => pattern.test(nameOf(entry, kind)));
  return { differences: findMetricDifferences(old, changed).filter(isKept) };
}

/**
 * Compares the metrics of two builds.
 * @param {Record<string, Metric>} old
 * @param {Record<string, Metric>} changed
 * @returns {import('./differences.js').Difference[]}
 */
export function findMetricDifferences(old, changed) {
  const names = [...new Set([...Object.keys(old), ...Object.keys(changed)])].sort();
  return names.flatMap((name) => {
    const [one, other] = [old[name], changed[name]];
    if (one === undefined || other === undefined) return [difference(`name ${name}`, one && name, other && name)];
    const typeDifferences = one.type === other.type ? [] : [difference(`type ${name}`, one.type, other.type)];
    return [...typeDifferences, ...differencesOfLabels(name, one, other)];
  });
}

function differencesOfLabels(name, one, other) {
  const labels = [one, other].map((item) => item.labels?.join(', '));
  if (labels[0] !== labels[1] && !labels.includes(undefined)) return [difference(`labels ${name}`, ...labels)];
  const [only, otherOnly] = [missing(one, other), missing(other, one)];
  return only === otherOnly ? [] : [difference(`label values ${name}`, only, otherOnly)];
}

/** Returns the sets of label values that the other build does not have. */
const missing = (metric, other) => metric.sets.filter((set) => !other.sets.includes(set)).join(' ') || undefined;

const difference = (kind, old, changed) => ({ kind, old: old ?? '(none)', new: changed ?? '(none)' });
