// Parses the options of commands. Commander ends at the first fault of a command line; this names all of them.

import { Command, type CommanderError, Option } from 'commander';
import { isResourceId } from '../../access/resource-id.js';
import { commandLine } from '../../command-line.js';

/** The faults of a command line, one plain sentence each. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    readonly faults: readonly string[],
    command: Command,
  ) {
    super(`${faults.join('\n')}\nUsage: ${commandLine(command.name(), command.usage())}`);
  }
}

/** Creates a command whose action has to call `readOptions`, which reports faults. */
export function createCommand(name: string, description: string): Command {
  return new Command(name).description(description).exitOverride().allowUnknownOption().allowExcessArguments();
}

/** Creates an option with a value, such as `--runs <N>`. `readOptions` rejects it without a value, or given twice. */
export function valueOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  // Commander would end at a missing required value, or take the next option for it.
  option.required = false;
  option.optional = true;
  return option.argParser<OptionValue>((text, previous) =>
    previous === undefined || previous === true ? [text] : [...previous, text],
  );
}

/** The value from commander; `true` stands for an option without its value. */
type OptionValue = readonly string[] | true | undefined;

/** Reads the values of options. `parse` throws an error whose message is a predicate, such as `is not a date.` */
export interface OptionReader {
  required<T>(name: string, parse: (text: string) => T): T;
  optional<T>(name: string, parse: (text: string) => T): T | undefined;
  /** Returns all values of an option that may have several, or be repeated. */
  optionalMany<T>(name: string, parse: (text: string) => T): readonly T[] | undefined;
  /** Returns the value of one of several options that exclude each other. */
  requiredOne<T>(parsers: Readonly<Record<string, (text: string) => T>>): T;
  optionalOne<T>(parsers: Readonly<Record<string, (text: string) => T>>): T | undefined;
  /** Adds a fault, a plain sentence. */
  reject(fault: string): void;
}

/**
 * Reads the options of a command. Its arguments are words that have to be given literally.
 * @throws UsageError that names every fault of the command line
 */
export function readOptions<T>(command: Command, read: (options: OptionReader) => T): T {
  const words = command.registeredArguments.map((argument) => argument.name());
  const faults = command.args.flatMap((word, index) => {
    if (words[index] === word) return [];
    // The word after the flag of a secret may be the secret.
    const isSecret = isFlagOfSecret(command.args[index - 1] ?? '', command) && !word.startsWith('-');
    return isSecret ? [] : [unexpectedArgumentFault(word, command)];
  });
  faults.push(...words.filter((word, index) => command.args[index] !== word).map((word) => `${word} is missing.`));
  const unreadOptions = new Set(command.options.filter(({ optional }) => optional).map(({ long }) => long!.slice(2)));
  const optionValueOf = (name: string): OptionValue => {
    const option = command.options.find(({ long }) => long === `--${name}`);
    return command.getOptionValue(option!.attributeName());
  };
  const optional = <V>(name: string, parse: (text: string) => V): V | undefined => {
    unreadOptions.delete(name);
    const given = optionValueOf(name);
    if (given === undefined) return undefined;
    try {
      if (given === true) throw new Error('has no value.');
      if (given.length > 1) throw new Error('is given twice.');
      return parse(given[0]!);
    } catch (fault) {
      faults.push(`--${name} ${(fault as Error).message}`);
      return undefined;
    }
  };
  const optionalMany = <V>(name: string, parse: (text: string) => V): readonly V[] | undefined => {
    unreadOptions.delete(name);
    const given = optionValueOf(name);
    if (given === undefined) return undefined;
    if (given === true) {
      faults.push(`--${name} has no value.`);
      return undefined;
    }
    return given.flatMap((text) => {
      try {
        return [parse(text)];
      } catch (fault) {
        faults.push(`--${name} ${JSON.stringify(text)} ${(fault as Error).message}`);
        return [];
      }
    });
  };
  const optionalOne = <V>(parsers: Readonly<Record<string, (text: string) => V>>): V | undefined => {
    const given = Object.keys(parsers).filter((name) => optionValueOf(name) !== undefined);
    if (given.length > 1) faults.push(`${joinFlags(given, 'and')} exclude each other.`);
    return given.map((name) => optional(name, parsers[name]!)).at(0);
  };
  const result = read({
    optional,
    optionalMany,
    optionalOne,
    reject: (fault) => faults.push(fault),
    required<V>(name: string, parse: (text: string) => V) {
      if (optionValueOf(name) === undefined) faults.push(`--${name} is missing.`);
      // Without a value there is a fault, and the result is not used.
      return optional(name, parse) as V;
    },
    requiredOne<V>(parsers: Readonly<Record<string, (text: string) => V>>) {
      const names = Object.keys(parsers);
      if (names.every((name) => optionValueOf(name) === undefined))
        faults.push(`${joinFlags(names, 'or')} is missing.`);
      return optionalOne(parsers) as V;
    },
  });
  // The remaining options are flags of variables, whose values the configuration parses.
  for (const name of unreadOptions) optional(name, String);
  if (faults.length > 0) throw new UsageError(faults, command);
  return result;
}

/** Reads the arguments of a command without options of its own. */
export function rejectUnexpectedArguments(command: Command): void {
  readOptions(command, () => {});
}

export function parseId(text: string): string {
  if (!isResourceId(text)) throw new Error('is not 8-4-4-4-12 hexadecimal digits.');
  return text.toLowerCase();
}

function joinFlags(names: readonly string[], word: 'and' | 'or'): string {
  const flags = names.map((name) => `--${name}`);
  return `${flags.slice(0, -1).join(', ')} ${word} ${flags.at(-1)}`;
}

function unexpectedArgumentFault(word: string, command: Command): string {
  if (!word.startsWith('-')) return `"${word}" is not an argument of any option.`;
  const [flag] = word.split('=', 1) as [string];
  if (isFlagOfSecret(flag, command))
    return `${flag} is not an option, because other users could see its value. Use ${flag}-file.`;
  return [`${flag} is not an option.`, ...suggestionsFor(flag, command)].join(' ');
}

/** Whether the flag names a secret, for which only a file can be given. */
function isFlagOfSecret(flag: string, { options }: Command): boolean {
  return options.some(({ long }) => long === `${flag}-file`);
}

/** Returns commander's suggestions, such as "(Did you mean --runs?)", which it makes only in an error. */
function suggestionsFor(flag: string, { options }: Command): readonly string[] {
  const probe = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of options) probe.addOption(option);
  try {
    probe.parse([flag], { from: 'user' });
    return [];
  } catch (error) {
    return /\(Did you mean .*\)/.exec((error as CommanderError).message) ?? [];
  }
}
