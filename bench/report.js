// Formats results as Markdown, with a table for each size of database, case and number of connections.

import { cpus, release, totalmem } from 'node:os';
import { median } from './measure/time-case.js';

/** The number of digits of each figure, by its key in a result. The ratio to the limit follows in parentheses. */
const measured = [
  ['requests/s', 'perSecond', 0],
  ['p50 ms', 'p50', 2],
  ['p99 ms', 'p99', 2],
  ['CPU s per 1,000', 'cpu', 3],
  ['main thread, user µs', 'mainUser', 0],
  ['main thread, system µs', 'mainSystem', 0],
  ['database, user µs', 'databaseUser', 0],
  ['database, system µs', 'databaseSystem', 0],
  ['peak RSS MB', 'peak', 0],
];

/** @param {string} postgres the server's version */
export function describeMachine(postgres) {
  const [{ model }] = cpus();
  return [
    `${cpus().length} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${postgres}`,
    'contestants, database and load on one machine',
  ].join('; ');
}

/** @param {{ testCase: object, runs: number, connections: number, results: Record<string, object> }} timing */
export function toTable({ testCase, runs, connections, results, rounds, seconds }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const noise = toNoise(results);
  const toRow = ([name, result]) => {
    const cells = measured.map(([, key, digits]) => {
      const ratio = results.limit && !noise.isUneven ? ` (${(result[key] / results.limit[key]).toFixed(2)})` : '';
      return `${result[key].toFixed(digits)}${ratio}`;
    });
    const { together, single } = result.statements;
    return line([name, ...cells, together.toFixed(2), single.toFixed(2)]);
  };
  const titles = ['contestant', ...measured.map(([title]) => title), 'statements a request', 'one at a time'];
  return [
    `### ${testCase.name}: ${testCase.title}`,
    '',
    `${runs.toLocaleString('en')} runs; connections: ${connections}; medians of ${rounds} rounds of ${seconds} s.`,
    '',
    noise.sentence,
    '',
    line(titles),
    line(titles.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...Object.entries(results).map(toRow),
    '',
    ...(noise.isUneven ? [] : toPairs(results)),
  ].join('\n');
}

/** Compares the gateway with the others round by round, so that other work on the machine affects both. */
function toPairs({ gateway, ...others }) {
  if (!gateway) return [];
  const lines = Object.entries(others).map(([name, other]) => {
    const ratios = gateway.rounds.map((perSecond, round) => perSecond / other.rounds[round]);
    const [least, middle, most] = [Math.min(...ratios), median(ratios), Math.max(...ratios)];
    return `- ${name}: ${middle.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
  });
  return [
    'Requests/s of the gateway divided by those of each other contestant, in pairs of a round (median):',
    '',
    ...lines,
    '',
  ];
}

/** The processors that other work may use more for one contestant than for another, before their ratio is worthless. */
const maxUnevenness = 0.1;

/**
 * Returns a sentence about other work on the machine, and whether it was so uneven that contestants cannot be compared.
 */
function toNoise(results) {
  const sorted = Object.entries(results).sort(([, a], [, b]) => a.others - b.others);
  const [[calmest, { others: least }], [busiest, { others: most }]] = [sorted[0], sorted.at(-1)];
  const processors = (number) => Math.max(0, number).toFixed(2);
  const isUneven = most - least > maxUnevenness;
  return {
    isUneven,
    sentence: isUneven
      ? `No ratios: everything else on the machine used ${processors(most)} processors while ${busiest} was timed, and ${processors(least)} for ${calmest}.`
      : `Everything else on the machine used ${processors(most)} processors at most.`,
  };
}

/** Returns each contestant's gain, in runs per second, of one operation with 50 aliases over 50 requests. */
export function toAliasGain(timings) {
  const lines = [];
  for (const { testCase, runs, connections, results } of timings) {
    if (testCase?.name !== 'aliases50') continue;
    const single = timings.find(
      (other) => other.testCase.name === 'full' && other.runs === runs && other.connections === connections,
    );
    for (const [name, { perSecond }] of Object.entries(single ? results : {})) {
      if (!single.results[name]) continue;
      const gain = (perSecond * testCase.runsPerRequest) / single.results[name].perSecond;
      const runsPerSecond = (perSecond * testCase.runsPerRequest).toFixed(0);
      lines.push(
        `- ${name}: ${runsPerSecond} runs/s in operations of 50 aliases, ${gain.toFixed(2)} times one run a request`,
      );
    }
  }
  return lines.join('\n');
}
