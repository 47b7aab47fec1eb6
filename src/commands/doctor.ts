import type { Command } from 'commander';
import { inspectConfig } from '../config/config.js';
import { variableNames } from '../config/variables.js';
import { addVariableOptions, openConfiguration } from './arguments/configured-command.js';
import { createCommand, rejectUnexpectedArguments } from './arguments/options.js';

/** The time after which the process exits even if a hanging connection would keep it running. */
const endAfterMs = 1000;

export function createDoctorCommand(version: string): Command {
  const command = createCommand(
    'doctor',
    'check the configuration, and the database, keys, files, Redis and trusted documents that it names, without changing anything',
  )
    .usage('[--json]')
    .option('--json', 'as JSON');
  return addVariableOptions(command, variableNames).action(async ({ json }) => {
    rejectUnexpectedArguments(command);
    const inspected = openConfiguration(command)(inspectConfig);
    const [{ diagnose }, { asJson, asText, hasFailed }] = await Promise.all([
      import('./doctor/diagnose.js'),
      import('./doctor/report.js'),
    ]);
    const findings = await diagnose(inspected, { version, now: Date.now });
    process.stdout.write(json === true ? asJson(findings) : asText(findings));
    process.exitCode = hasFailed(findings) ? 1 : 0;
    setTimeout(() => process.exit(), endAfterMs).unref();
  });
}
