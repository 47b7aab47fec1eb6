// The command line of the token command. Reads all of it before complaining, so that one run names every mistake.

import { parseArgs } from 'node:util';
import { isResourceId } from '../access/resource-id.js';

export interface TokenRequest {
  readonly subject: string;
  readonly orgId: string | undefined;
  readonly projectId: string | undefined;
  readonly taskId: string | undefined;
  readonly expiresInSeconds: number;
}

/** What is wrong with a command line, one plain sentence each. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(readonly faults: readonly string[]) {
    super(
      `${faults.join('\n')}\nUsage: npm run token -- --subject S [--org ID] [--project ID] [--task ID] [--expires 1h]`,
    );
  }
}

const optionNames = ['subject', 'org', 'project', 'task', 'expires'] as const;
type OptionName = (typeof optionNames)[number];

const secondsPerUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const maxSeconds = 365 * 86_400;

/** @throws UsageError naming every option that is wrong */
export function parseTokenRequest(args: readonly string[]): TokenRequest {
  const faults: string[] = [];
  const given = readOptions(args, faults);
  const id = (name: OptionName) => {
    const value = given.get(name);
    if (value !== undefined && !isResourceId(value)) faults.push(`--${name} is not 8-4-4-4-12 hexadecimal digits.`);
    return value?.toLowerCase();
  };
  const request = {
    subject: given.get('subject') ?? '',
    orgId: id('org'),
    projectId: id('project'),
    taskId: id('task'),
    expiresInSeconds: parseDuration(given.get('expires') ?? '1h'),
  };
  if (!given.has('subject')) faults.push('--subject is missing.');
  else if (request.subject === '' || request.subject.length > 255) faults.push('--subject is not 1 to 255 characters.');
  if (Number.isNaN(request.expiresInSeconds)) {
    faults.push('--expires is not a number and a unit such as 30s, 15m, 1h or 7d, from 1s to 365d.');
  }
  if (faults.length > 0) throw new UsageError(faults);
  return request;
}

function readOptions(args: readonly string[], faults: string[]): ReadonlyMap<OptionName, string> {
  const options = Object.fromEntries(optionNames.map((name) => [name, { type: 'string' as const }]));
  // Not strict: a strict parse stops at the first mistake.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<OptionName, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') faults.push(`"${token.value}" belongs to no option.`);
    if (token.kind !== 'option') continue;
    const name = optionNames.find((each) => each === token.name);
    if (name === undefined) faults.push(`${token.rawName} is not an option.`);
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      faults.push(`${token.rawName} has no value.`);
    } else if (given.has(name)) faults.push(`${token.rawName} is given twice.`);
    else given.set(name, token.value);
  }
  return given;
}

/** In seconds; NaN when it is none, or none within the limits. */
function parseDuration(text: string): number {
  const { amount, unit = '' } = /^(?<amount>\d{1,9})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  const seconds = Number(amount) * (secondsPerUnit[unit] ?? Number.NaN);
  return seconds >= 1 && seconds <= maxSeconds ? seconds : Number.NaN;
}
