import { parseArgs } from 'node:util';

/** What is wrong with the command line, one plain sentence each. */
export class SeedUsageError extends Error {
  override readonly name = 'SeedUsageError';
  constructor(readonly faults: readonly string[]) {
    super(`${faults.join('\n')}\nUsage: npm run seed -- --runs N`);
  }
}

const maxRuns = 100_000_000;

/**
 * How many runs to add.
 * @throws SeedUsageError naming everything that is wrong.
 */
export function parseSeedArguments(args: readonly string[]): number {
  const options = { runs: { type: 'string', multiple: true } } as const;
  // Not strict: a strict parse stops at the first mistake.
  const { values, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const faults = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [`"${token.value}" belongs to no option.`];
    return token.kind === 'option' && token.name !== 'runs' ? [`${token.rawName} is not an option.`] : [];
  });
  const [runs, ...more] = values.runs ?? [];
  if (runs === undefined) faults.push('--runs is missing.');
  else if (more.length > 0) faults.push('--runs is given twice.');
  else if (!isRunCount(runs)) faults.push(`--runs is not a whole number from 1 to ${maxRuns}.`);
  if (faults.length > 0) throw new SeedUsageError(faults);
  return Number(runs);
}

function isRunCount(text: string | boolean): boolean {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) && Number(text) >= 1 && Number(text) <= maxRuns;
}
