import type { Command } from 'commander';
import { maxSubjectLength } from '../access/subject.js';
import type { DemoIssuer, DemoTokenRequest } from '../access/tokens/demo-issuer.js';
import { type Config, inspectConfig, trustVariables } from '../config/config.js';
import { idOfDemoSubject } from '../demo/data/demo-subjects.js';
import { explain } from '../errors/explain.js';
import { declareLimit } from '../limits.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, parseId, readOptions, valueOption } from './arguments/options.js';

const secondsPerUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const maxSeconds = declareLimit(365 * 86_400, {
  section: 'Tokens and keys',
  name: 'lifetime of a token from `npm run token`',
  unit: 's',
  beyond: 'the command fails',
});

/** Prints only the token to standard output, so that a shell can assign it to a variable. */
export function createTokenCommand(): Command {
  const command = createCommand('token', 'print a token of the demo issuer')
    .usage('--subject S [--org ID] [--project ID] [--task ID] [--expires 1h]')
    .addOption(valueOption('--subject <S>', 'subject of the token: a demo user such as viewer, or any "sub"'))
    .addOption(valueOption('--org <ID>', 'organization to which the token is confined'))
    .addOption(valueOption('--project <ID>', 'project to which the token is confined'))
    .addOption(valueOption('--task <ID>', 'task to which the token is confined'))
    .addOption(valueOption('--expires <time>', 'lifetime of the token, such as 30s, 15m, 1h or 7d (default: 1h)'));
  return addVariableOptions(command, trustVariables).action(async () => {
    const [request, config] = readArguments(command, readTokenRequest, inspectConfig);
    process.stdout.write(`${await signToken(request, config)}\n`);
  });
}

/** @throws UsageError that lists all invalid options */
export function readTokenRequest(command: Command): TokenRequest {
  return readOptions(command, (options) => ({
    subject: options.required('subject', parseSubject),
    orgId: options.optional('org', parseId),
    projectId: options.optional('project', parseId),
    taskId: options.optional('task', parseId),
    expiresInSeconds: options.optional('expires', parseDuration) ?? 3600,
  }));
}

function parseSubject(text: string): string {
  if (text === '' || text.length > maxSubjectLength) throw new Error(`is not 1 to ${maxSubjectLength} characters.`);
  return text;
}

/** Returns seconds. */
function parseDuration(text: string): number {
  const { amount, unit = '' } = /^(?<amount>\d{1,9})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  const seconds = Number(amount) * (secondsPerUnit[unit] ?? Number.NaN);
  if (seconds >= 1 && seconds <= maxSeconds) return seconds;
  throw new Error('is not a number and a unit such as 30s, 15m, 1h or 7d, from 1s to 365d.');
}

/** The subject may be the name of a demo subject. */
export type TokenRequest = Omit<DemoTokenRequest, 'now'>;

/**
 * Signs a token of the demo issuer, either for a demo subject by name or for any other subject by its `sub`.
 * @throws Error with a remedy if a gateway with this configuration would reject the token
 */
export async function signToken(request: TokenRequest, config: Config): Promise<string> {
  const { demoIssuerName, openDemoIssuer } = await import('../access/tokens/demo-issuer.js');
  assertTrusted(demoIssuerName, config);
  const issuer = await openDemoIssuer(config.dataDir);
  const subject = idOfDemoSubject(request.subject) ?? request.subject;
  const token = await issuer.sign({ ...request, subject, now: Date.now() });
  await assertAccepted(token, issuer, config);
  return token;
}

function assertTrusted(demoIssuerName: string, { demo, issuers }: Config): void {
  const names = issuers.map(({ issuer }) => issuer);
  if (demo || names.includes(demoIssuerName)) return;
  throw new Error(
    `A gateway with this configuration rejects tokens of the demo issuer: it trusts only ${names.join(', ')}. Set DEMO=on for the gateway and for this command, or use a token of a trusted issuer.`,
  );
}

/** Verifies the token, because AUTH_ISSUERS may contain an entry for the demo issuer with other rules or keys. */
async function assertAccepted(token: string, demoIssuer: DemoIssuer, config: Config): Promise<void> {
  const [{ withDemoIssuer }, { createTokenVerifier }, { createLogger }] = await Promise.all([
    import('../access/tokens/demo-issuer.js'),
    import('../access/tokens/token-verifier.js'),
    import('../telemetry/logger.js'),
  ]);
  const verifier = createTokenVerifier({
    issuers: withDemoIssuer(config, demoIssuer),
    now: Date.now,
    log: createLogger('silent'),
  });
  try {
    await verifier.verify(token);
  } catch (error) {
    throw new Error(`A gateway with this configuration rejects the token: ${explain(error)}`);
  }
}
