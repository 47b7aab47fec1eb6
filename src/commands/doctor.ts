import type { Command } from 'commander';
import { inspectEnvironment } from '../config.js';
import { createCommand, readOptions } from './options.js';

/** For what a connection that hangs keeps from ending. */
const endAfterMs = 1000;

export function createDoctorCommand(version: string): Command {
  return createCommand(
    'doctor',
    'check the configuration, and the database, keys and files that it names; changes nothing',
  )
    .usage('[--json]')
    .option('--json', 'as JSON')
    .action(async (options, command) => {
      readOptions(command, () => {});
      const inspected = inspectEnvironment();
      const [{ diagnose }, { asJson, asText, hasFailed }] = await Promise.all([
        import('./doctor/diagnose.js'),
        import('./doctor/report.js'),
      ]);
      const findings = await diagnose(inspected, { version, now: Date.now });
      process.stdout.write(options.json === true ? asJson(findings) : asText(findings));
      process.exitCode = hasFailed(findings) ? 1 : 0;
      setTimeout(() => process.exit(), endAfterMs).unref();
    });
}
