import { escapeUnprintable } from '../terminal-text.js';
import type { Finding, Outcome } from './finding.js';

export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ outcome }) => outcome === 'failed');
}

/** Returns a line for each check, and one that counts them. */
export function asText(findings: readonly Finding[]): string {
  const lines = findings.map(({ check, outcome, message, remedy }) => {
    const sentences = remedy === null ? message : `${message} ${remedy}`;
    return escapeUnprintable(`${outcome.padEnd(7)}  ${check}: ${sentences}`);
  });
  const { ok, warning, failed } = count(findings);
  return `${lines.join('\n')}\n${ok} ok, ${warning} warning, ${failed} failed\n`;
}

export function asJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ ...count(findings), checks: findings }, null, 2)}\n`;
}

function count(findings: readonly Finding[]): Readonly<Record<Outcome, number>> {
  const counts = { ok: 0, warning: 0, failed: 0 };
  for (const { outcome } of findings) counts[outcome] += 1;
  return counts;
}
