// Commands that read configuration variables. Each variable is also available as a flag, generated from the same table.

import type { Command, Option } from 'commander';
import { type Inspected, withoutFaults } from '../../config/config.js';
import { type Inputs, openInputs } from '../../config/inputs.js';
import { flagOf, type VariableName, variableGroups, variableNames, variables } from '../../config/variables.js';
import { UsageError, valueOption } from './options.js';

type Inspect<C> = (inputs: Inputs, names: readonly VariableName[]) => Inspected<C>;

/** Adds flags for the variables that the command reads. `readArguments` reads them. */
export function addVariableOptions(command: Command, names: readonly VariableName[]): Command {
  return addOptions(command, names, defaultOf);
}

/** Adds the flags for a command that requires a PostgreSQL server, so that DATABASE_URL has no default. */
export function addServerVariableOptions(command: Command, names: readonly VariableName[]): Command {
  return addOptions(command, names, (name) => (name === 'DATABASE_URL' ? '' : defaultOf(name)));
}

function addOptions(
  command: Command,
  names: readonly VariableName[],
  describeDefault: (name: VariableName) => string,
): Command {
  for (const [heading, group] of Object.entries(variableGroups)) {
    const read = names.filter((name) => name in group);
    for (const name of read) {
      command.addOption(variableOption(name, describeDefault(name)).helpGroup(`${heading}:`));
    }
  }
  return command.addHelpText(
    'after',
    '\nFlags take precedence over environment variables, which take precedence over variables in .env.',
  );
}

/**
 * Returns an action's request and configuration, and a function that inspects the configuration again.
 * @throws UsageError or ConfigError that lists all faults of either
 */
export function readArguments<R, C>(
  command: Command,
  readRequest: (command: Command) => R,
  inspect: Inspect<C>,
): [R, C, ReturnType<typeof openConfiguration>] {
  const inspectNow = openConfiguration(command);
  const inspected = inspectNow(inspect);
  let request: R;
  try {
    request = readRequest(command);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError([...error.faults, ...inspected.faults], command);
  }
  return [request, withoutFaults(inspected), inspectNow];
}

/** @returns a function that inspects the command's flags, the environment and the current content of `.env` */
export function openConfiguration(command: Command): <C>(inspect: Inspect<C>) => Inspected<C> {
  const names = variableNames.filter((name) => optionOf(name, command) !== undefined);
  const flags = names.flatMap((name) => {
    const given: unknown = command.getOptionValue(optionOf(name, command)!.attributeName());
    // `readOptions` reports any other number of values as a fault.
    return Array.isArray(given) && given.length === 1 ? [[givenNameOf(name), given[0]] as const] : [];
  });
  const readInputs = openInputs(Object.fromEntries(flags));
  return (inspect) => inspect(readInputs(), names);
}

function optionOf(name: VariableName, { options }: Command): Option | undefined {
  return options.find(({ long }) => long === flagOf(givenNameOf(name)));
}

/**
 * Returns the name of the variable for a secret's file if the variable is a secret, because other users of the machine
 * can see a process's arguments.
 */
function givenNameOf(name: VariableName): string {
  return variables[name].isSecret ? `${name}_FILE` : name;
}

function defaultOf(name: VariableName): string {
  const { defaultText, defaultDescription } = variables[name];
  return defaultText ?? defaultDescription;
}

function variableOption(name: VariableName, defaultText: string): Option {
  const { description, placeholder, isSecret } = variables[name];
  const remark = `${givenNameOf(name)}${defaultText && `, default: ${defaultText}`}`;
  return valueOption(
    `${flagOf(givenNameOf(name))} <${placeholder}>`,
    `${isSecret ? 'file that holds the ' : ''}${description} (${remark})`,
  );
}
