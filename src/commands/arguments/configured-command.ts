// Commands that read variables. Each variable is a flag of theirs, too, out of the same table.

import type { Command, Option } from 'commander';
import { type Inspected, withoutFaults } from '../../config/config.js';
import { type Inputs, openInputs } from '../../config/inputs.js';
import { flagOf, type VariableName, variableGroups, variableNames, variables } from '../../config/variables.js';
import { UsageError, valueOption } from './options.js';

type Inspect<C> = (inputs: Inputs, names: readonly VariableName[]) => Inspected<C>;

/** Adds the flags of the variables that the command reads, to be read by `readArguments`. */
export function addVariableOptions(command: Command, names: readonly VariableName[]): Command {
  return addOptions(command, names, defaultOf);
}

/** The same for a command that requires a PostgreSQL server: it takes no other database by default. */
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
    '\nFlags take precedence over environment variables, and these over variables in .env.',
  );
}

/**
 * What an action works with: its request, its configuration, and what inspects that anew.
 * @throws UsageError or ConfigError naming all that is wrong with either
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

/** @returns inspects the configuration out of the command's flags, the environment and what `.env` says then */
export function openConfiguration(command: Command): <C>(inspect: Inspect<C>) => Inspected<C> {
  const names = variableNames.filter((name) => optionOf(name, command) !== undefined);
  const flags = names.flatMap((name) => {
    const given: unknown = command.getOptionValue(optionOf(name, command)!.attributeName());
    // Any other number of values is a fault of the command line.
    return Array.isArray(given) && given.length === 1 ? [[givenNameOf(name), given[0]] as const] : [];
  });
  const readInputs = openInputs(Object.fromEntries(flags));
  return (inspect) => inspect(readInputs(), names);
}

function optionOf(name: VariableName, { options }: Command): Option | undefined {
  return options.find(({ long }) => long === flagOf(givenNameOf(name)));
}

/** Of a secret, only its file is given as an argument: other users of the machine see the arguments of a process. */
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
