// Parses the options of commands. Commander stops at the first fault of a command line, but this reports all of them.

import { resolve } from 'node:path';
import { Command, type CommanderError, Option } from 'commander';
import { isResourceId } from '../../access/resource-id.js';
import { commandLine } from '../../command-line.js';

/** The errors in a command line, each as a plain sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    readonly faults: readonly string[],
    command: Command,
  ) {
    super(`${faults.join('\n')}\nUsage: ${commandLine(command.name(), command.usage())}`);
  }
}

/** Creates a command whose action must call `readOptions`, which reports faults. */
export function createCommand(name: string, description: string): Command {
  return new Command(name).description(description).exitOverride().allowUnknownOption().allowExcessArguments();
}

/**
 * Creates an option with a value, such as `--runs <N>`. `readOptions` rejects it if it has no value or occurs twice.
 */
export function valueOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  // Commander would stop at a missing required value, or use the next option as the value.
  option.required = false;
  option.optional = true;
  return option.argParser<OptionValue>((text, previous) =>
    previous === undefined || previous === true ? [text] : [...previous, text],
  );
}

/** The value from commander. `true` means that the option has no value. */
type OptionValue = readonly string[] | true | undefined;

/** Reads the values of options. `parse` throws an error whose message is a predicate, such as `is not a date.` */
export class OptionReader {
  readonly #faults: string[];
  readonly #pendingNames: Set<string>;

  constructor(private readonly command: Command) {
    this.#faults = argumentFaults(command);
    this.#pendingNames = new Set(command.options.filter(({ optional }) => optional).map(({ long }) => long!.slice(2)));
  }

  required<T>(name: string, parse: (text: string) => T): T {
    if (this.#valueOf(name) === undefined) this.reject(`--${name} is missing.`);
    // Without a value, a fault was recorded and the result is not used.
    return this.optional(name, parse) as T;
  }

  optional<T>(name: string, parse: (text: string) => T): T | undefined {
    this.#pendingNames.delete(name);
    const given = this.#valueOf(name);
    if (given === undefined) return undefined;
    try {
      if (given === true) throw new Error('has no value.');
      if (given.length > 1) throw new Error('is given twice.');
      return parse(given[0]!);
    } catch (fault) {
      this.reject(`--${name} ${(fault as Error).message}`);
      return undefined;
    }
  }

  /** Returns all values of an option that accepts several values or may be repeated. */
  optionalMany<T>(name: string, parse: (text: string) => T): readonly T[] | undefined {
    this.#pendingNames.delete(name);
    const given = this.#valueOf(name);
    if (given === undefined) return undefined;
    if (given === true) {
      this.reject(`--${name} has no value.`);
      return undefined;
    }
    return given.flatMap((text) => {
      try {
        return [parse(text)];
      } catch (fault) {
        this.reject(`--${name} ${JSON.stringify(text)} ${(fault as Error).message}`);
        return [];
      }
    });
  }

  /** Returns the value of one of several options, of which only one may be given. */
  requiredOne<T>(parsers: Readonly<Record<string, (text: string) => T>>): T {
    const names = Object.keys(parsers);
    if (names.every((name) => this.#valueOf(name) === undefined)) this.reject(`${joinFlags(names, 'or')} is missing.`);
    return this.optionalOne(parsers) as T;
  }

  optionalOne<T>(parsers: Readonly<Record<string, (text: string) => T>>): T | undefined {
    const given = Object.keys(parsers).filter((name) => this.#valueOf(name) !== undefined);
    if (given.length > 1) this.reject(`${joinFlags(given, 'and')} cannot be used together.`);
    return given.map((name) => this.optional(name, parsers[name]!)).at(0);
  }

  /** Adds a fault, as a plain sentence. */
  reject(fault: string): void {
    this.#faults.push(fault);
  }

  /** Checks the remaining options. @throws UsageError that lists all faults of the command line */
  finish(): void {
    // These are flags for variables, whose values the configuration parses.
    for (const name of this.#pendingNames) this.optional(name, String);
    if (this.#faults.length > 0) throw new UsageError(this.#faults, this.command);
  }

  #valueOf(name: string): OptionValue {
    const option = this.command.options.find(({ long }) => long === `--${name}`);
    return this.command.getOptionValue(option!.attributeName());
  }
}

/**
 * Reads a command's options. Its arguments are words that must be given literally.
 * @throws UsageError that lists all faults of the command line
 */
export function readOptions<T>(command: Command, read: (options: OptionReader) => T): T {
  const options = new OptionReader(command);
  const result = read(options);
  options.finish();
  return result;
}

function argumentFaults(command: Command): string[] {
  const words = command.registeredArguments.map((argument) => argument.name());
  const unexpected = command.args.flatMap((word, index) => {
    if (words[index] === word) return [];
    // The word after a secret's flag may be the secret itself.
    const isSecret = isFlagOfSecret(command.args[index - 1] ?? '', command) && !word.startsWith('-');
    return isSecret ? [] : [unexpectedArgumentFault(word, command)];
  });
  const missing = words.filter((word, index) => command.args[index] !== word).map((word) => `${word} is missing.`);
  return [...unexpected, ...missing];
}

/** Reads the arguments of a command that has no options. */
export function rejectUnexpectedArguments(command: Command): void {
  readOptions(command, () => {});
}

export function parseNonEmpty(text: string): string {
  if (text === '') throw new Error('is empty.');
  return text;
}

/** Returns the absolute path. */
export function parsePath(text: string): string {
  return resolve(parseNonEmpty(text));
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
  if (!word.startsWith('-')) return `"${word}" does not belong to any option.`;
  const [flag] = word.split('=', 1) as [string];
  if (isFlagOfSecret(flag, command))
    return `${flag} is not an option, because other users could see its value. Use ${flag}-file.`;
  return [`${flag} is not an option.`, ...suggestionsFor(flag, command)].join(' ');
}

/** Returns whether the flag is for a secret, which can only be given in a file. */
function isFlagOfSecret(flag: string, { options }: Command): boolean {
  return options.some(({ long }) => long === `${flag}-file`);
}

/** Returns commander's suggestions, such as "(Did you mean --runs?)", which it generates only as part of an error. */
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
