// The command line.

import { parseArgs } from 'node:util';

const usage = `Usage: npm run compare -- OLD NEW [options]
  OLD NEW             commits, as git names them
  --seed N            of rows and operations; the one of a comparison before repeats it
  --operations 2000
  --only N            only the operation of this number
  --ignore PATTERN    of kinds, as the summary names them, that do not count; may be repeated
  --hold              leaves both builds up until it is interrupted, for requests by hand
Environment:
  BENCH_DATABASE_URL  a server on which databases may be made (postgres://postgres@127.0.0.1:5432/postgres)`;

/**
 * Reads the arguments.
 * @param {readonly string[]} argv
 * @throws {Error} whose message is for the reader
 */
export function parseOptions(argv) {
  const text = { type: 'string' };
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      seed: text,
      operations: text,
      only: text,
      ignore: { type: 'string', multiple: true },
      hold: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return { help: usage };
  if (positionals.length !== 2) throw usageError(`two commits are needed, not ${positionals.length}`);
  const integer = (name, fallback) => {
    if (values[name] === undefined) return fallback;
    if (!/^-?\d+$/.test(values[name])) throw usageError(`--${name} must be an integer, not ${values[name]}`);
    return Number(values[name]);
  };
  return {
    commits: positionals,
    seed: integer('seed', Date.now() % 1_000_000),
    operations: integer('operations', 2000),
    only: integer('only'),
    ignored: (values.ignore ?? []).map((pattern) => new RegExp(pattern)),
    hold: values.hold ?? false,
  };
}

const usageError = (message) => Object.assign(new Error(`${message}\n${usage}`), { isForReader: true });
