// The command line for questions about a large database.

import { parseArgs } from 'node:util';

const usage = `Usage: npm run bench -- --scale [options]
  --runs 1000000,10000000  sizes of the database; each is filled once and kept
  --rounds 5               of which the median counts
  --indexes                instead: bytes a run of each index, and what it costs a writer; nobody else may use the database
  --only text              only questions whose names contain it
  --gateway DIR            another checkout of this repository, built, instead of this one
Environment:
  BENCH_DATABASE_URL       a server on which databases may be made (postgres://postgres@127.0.0.1:5432/postgres); with
                           pg_stat_statements among its shared_preload_libraries, the blocks that it reads are shown`;

/** @param {readonly string[]} argv @throws {Error} whose message is for the reader */
export function parseScaleOptions(argv) {
  const text = { type: 'string' };
  const options = {
    runs: text,
    rounds: text,
    only: text,
    gateway: text,
    scale: { type: 'boolean' },
    indexes: { type: 'boolean' },
    help: { type: 'boolean' },
  };
  const { values } = parseArgs({ args: argv, options });
  const numbers = (name, fallback) => {
    const list = (values[name] ?? fallback).split(',').map(Number);
    if (!list.every((number) => Number.isInteger(number) && number > 0))
      throw new Error(`--${name} is not a list of positive integers\n${usage}`);
    return list;
  };
  return {
    ...(values.help && { help: usage }),
    runs: numbers('runs', '1000000,10000000'),
    rounds: numbers('rounds', '5')[0],
    only: values.only ?? '',
    indexes: values.indexes ?? false,
    gateway: values.gateway,
  };
}
