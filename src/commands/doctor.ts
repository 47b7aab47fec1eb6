import type { Command } from 'commander';
import { inspectConfig } from '../config/config.js';
import { variableNames } from '../config/variables.js';
import { addVariableOptions, openConfiguration } from './arguments/configured-command.js';
import { createCommand, rejectUnexpectedArguments } from './arguments/options.js';
import type { Finding, Outcome } from './doctor/finding.js';
import { escapeUnprintable } from './terminal-text.js';

/** The time after which the process exits even if a hanging connection would keep it running. */
const endAfterMs = 1000;

export function createDoctorCommand(version: string): Command {
  const command = createCommand(
    'doctor',
    'check the configuration and the database, keys, files, Redis and trusted documents that it names; changes nothing',
  )
    .usage('[--json]')
    .option('--json', 'as JSON');
  return addVariableOptions(command, variableNames).action(async ({ json }) => {
    rejectUnexpectedArguments(command);
    const inspected = openConfiguration(command)(inspectConfig);
    const { diagnose } = await import('./doctor/diagnose.js');
    const findings = await diagnose(inspected, { version, now: Date.now });
    process.stdout.write(json === true ? asJson(findings) : asText(findings));
    process.exitCode = hasFailed(findings) ? 1 : 0;
    setTimeout(() => process.exit(), endAfterMs).unref();
  });
}

function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ outcome }) => outcome === 'failed');
}

/** Returns a line for each check, and a line that counts them. */
export function asText(findings: readonly Finding[]): string {
  const lines = findings.map(({ check, outcome, message, remedy }) => {
    const sentences = remedy === null ? message : `${message} ${remedy}`;
    return escapeUnprintable(`${outcome.padEnd(7)}  ${check}: ${sentences}`);
  });
  const { ok, warning, failed } = count(findings);
  return `${lines.join('\n')}\n${ok} ok, ${warning} warning, ${failed} failed\n`;
}

function asJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ ...count(findings), checks: findings }, null, 2)}\n`;
}

function count(findings: readonly Finding[]): Readonly<Record<Outcome, number>> {
  const counts = { ok: 0, warning: 0, failed: 0 };
  for (const { outcome } of findings) counts[outcome] += 1;
  return counts;
}
