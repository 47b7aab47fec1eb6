import cluster from 'node:cluster';
import type { Command } from 'commander';
import { inspectConfig, inspectStart, reloadedVariables } from '../config/config.js';
import { isRunByNpx } from '../config/inputs.js';
import { variableNames } from '../config/variables.js';
import { describeMissingFiles, readOpenFilesLimit } from '../http/protection/open-files.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, readOptions } from './arguments/options.js';

export function createStartCommand(): Command {
  const command = createCommand('start', 'start the gateway').option(
    '--end-with-parent',
    'shut down when the parent process ends',
  );
  const names = variableNames.filter((name) => name !== 'IMPORT_TOKEN');
  return addVariableOptions(command, names).action(async () => {
    // SIGHUP must not end the process before the listener for reloads is added.
    process.on('SIGHUP', () => {});
    const [endsWithParent, config, inspectNow] = readArguments(command, readEndWithParent, inspectStart);
    const missingFiles = describeMissingFiles(config.limits, readOpenFilesLimit());
    const warnings = [...inspectNow(inspectConfig).warnings, ...(missingFiles === null ? [] : [missingFiles])];
    const reloadConfig = () => inspectNow((inputs) => inspectConfig(inputs, reloadedVariables));
    if (config.processes === 1) {
      const { runGateway } = await import('./start/run-gateway.js');
      await runGateway(config, { endsWithParent, warnings, reread: reloadConfig });
    } else if (cluster.isPrimary) {
      const { superviseProcesses } = await import('./start/processes/supervise.js');
      await superviseProcesses(config, { endsWithParent, warnings });
    } else {
      const { runWorkerProcess } = await import('./start/processes/run-worker.js');
      await runWorkerProcess(config, reloadConfig);
    }
  });
}

function readEndWithParent(command: Command): boolean {
  return readOptions(command, () => command.getOptionValue('endWithParent') === true || isRunByNpx());
}
