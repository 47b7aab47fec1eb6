import type { Command } from 'commander';
import { configFromEnvironment } from '../config.js';
import { createCommand, readOptions } from './options.js';

export function createStartCommand(): Command {
  return createCommand('start', 'start the gateway')
    .option('--end-with-parent', 'shut down when the process that started this one has ended')
    .action(async (options, command) => {
      readOptions(command, () => {});
      const config = configFromEnvironment();
      const { runGateway } = await import('./start/run-gateway.js');
      await runGateway(config, { endsWithParent: options.endWithParent === true });
    });
}
