// The command line. Every mistake is reported together with the valid choices.

import { parseArgs } from 'node:util';

const usage = `Usage: node bench/run.js [options]
  --runs 200000           sizes of the database, comma separated; each is seeded once and kept
  --cases full,small      of: CASES (default: those without *)
  --contestants limit,…   of: CONTESTANTS (default: those without *)
  --connections 1,32,256  for every case, instead of the case's own
  --seconds 4             of load for each contestant in a round
  --rounds 3
  --scale                 instead: the questions of a large database (--scale --help)
  --soak 300000           instead: N requests for full runs to the gateway, and its memory meanwhile
  --mix 30,300            instead: a mix of requests at these rates a second to the gateway, and what each costs
  --gateway DIR           another checkout of this repository, built, instead of this one
  --baseline DIR          a further checkout of this repository, built, timed in turns with the gateway
  --json FILE             the results as JSON as well
Environment:
  BENCH_DATABASE_URL      a server on which databases may be made (postgres://postgres@127.0.0.1:5432/postgres)`;

/**
 * @param {readonly string[]} argv
 * @param {{ cases: readonly { name: string, isExtra?: boolean }[],
 *   contestants: { usual: readonly string[], extra: readonly string[] } }} known
 * @throws {Error} with a message for the user
 */
export function parseOptions(argv, known) {
  const text = { type: 'string' };
  const { values } = parseArgs({
    args: argv,
    options: {
      runs: text,
      cases: text,
      contestants: text,
      connections: text,
      seconds: text,
      rounds: text,
      soak: text,
      mix: text,
      json: text,
      gateway: text,
      baseline: text,
      help: { type: 'boolean' },
    },
  });
  const { usual, extra } = known.contestants;
  const help = usage
    .replace('CASES', known.cases.map(({ name, isExtra }) => (isExtra ? `${name}*` : name)).join(', '))
    .replace('CONTESTANTS', [...usual, ...extra.map((name) => `${name}*`)].join(', '));
  if (values.help) return { help };
  const numbers = (name, fallback) => {
    if (values[name] === undefined) return fallback;
    const list = values[name].split(',').map(Number);
    if (!list.every((number) => number > 0)) throw new Error(`--${name} is not a list of positive numbers\n${help}`);
    return list;
  };
  const names = (name, all, fallback) => {
    const list = values[name]?.split(',') ?? fallback;
    const unexpected = list.find((item) => !all.includes(item));
    if (unexpected !== undefined) throw new Error(`--${name}: no "${unexpected}" among ${all.join(', ')}`);
    return list;
  };
  return {
    runs: numbers('runs', [200_000]),
    cases: names(
      'cases',
      known.cases.map(({ name }) => name),
      known.cases.filter(({ isExtra }) => !isExtra).map(({ name }) => name),
    ),
    contestants: names('contestants', [...usual, ...extra], usual),
    connections: numbers('connections'),
    seconds: numbers('seconds', [4])[0],
    rounds: numbers('rounds', [3])[0],
    soak: numbers('soak')?.[0],
    mix: numbers('mix'),
    gateway: values.gateway,
    baseline: values.baseline,
    json: values.json,
  };
}
