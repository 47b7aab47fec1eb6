// Reads variables. Flags take precedence over the environment, empty values count as unset, and secrets may be in
// files. All faults are collected, with the name under which each value was given.

import { readFileSync } from 'node:fs';
import { faultsOf } from '../errors/faults.js';
import type { Inputs } from './inputs.js';
import { flagOf, type ValueOf, type VariableName, variables } from './variables.js';

/**
 * Returns a reader for the inputs.
 * @param names of the variables to read; all others count as unset
 */
export function createReader(inputs: Inputs, names: readonly VariableName[]) {
  const { environment, flags = new Set() } = inputs;
  const faults = [...(inputs.faults ?? [])];
  const warnings: string[] = [];
  const invalid = new Set<VariableName>();
  const reads = (name: VariableName) => names.includes(name);
  const isFlag = (name: VariableName) => flags.has(name);
  const fileOf = (name: VariableName) => (variables[name].isSecret ? environment[`${name}_FILE`] : undefined);
  const reject = (name: VariableName, fault: string, given: string = name) => {
    faults.push(`${givenName(inputs, given)} ${fault}`);
    invalid.add(name);
  };

  const parsed = new Map<VariableName, unknown>();
  const parse = (name: VariableName): unknown => {
    const { defaultValue, parse } = variables[name];
    const [text, path] = [environment[name], fileOf(name)];
    if (!reads(name) || !(text || path)) return defaultValue;
    try {
      if (text && path) throw new Error(`and ${name}_FILE are both set.`);
      return parse(path ? readSecretFile(path) : text!);
    } catch (fault) {
      for (const message of faultsOf(fault)) reject(name, message, path && !text ? `${name}_FILE` : name);
      return defaultValue;
    }
  };

  return {
    /** Returns the variable's value, or its default if it is unset or invalid. */
    read<Name extends VariableName>(name: Name): ValueOf<Name> {
      if (!parsed.has(name)) parsed.set(name, parse(name));
      return parsed.get(name) as ValueOf<Name>;
    },
    /** Whether the command reads the variable. */
    reads,
    /** Whether the variable has a value, valid or not. */
    isSet: (name: VariableName) => reads(name) && Boolean(environment[name] || fileOf(name)),
    isFlag,
    /** Returns the path of the file that contains the secret, if any. */
    fileOf: (name: VariableName) => (reads(name) ? fileOf(name) || undefined : undefined),
    /** Adds a fault, worded as the end of a sentence that begins with the name. */
    reject,
    /** Adds the same for a variable that is set but not part of the configuration, if `name` is read. */
    rejectUnsupported(variable: string, fault: string, name: VariableName): void {
      if (reads(name) && environment[variable]) reject(name, fault, variable);
    },
    faults,
    /** Adds a warning, worded as the end of a sentence that begins with the name. */
    warn(name: VariableName, warning: string): void {
      warnings.push(`${givenName(inputs, name)} ${warning}`);
    },
    warnings,
    /** Returns the names of all variables that have a value, including those of other programs. */
    namesInEnvironment: () => Object.keys(environment).filter((name) => environment[name]),
    /** The variables that have faults. */
    invalid: invalid as ReadonlySet<VariableName>,
  };
}

/** Returns the name of a variable, or its flag if it was given as one. */
export function givenName({ flags }: Inputs, name: string): string {
  return flags?.has(name) ? flagOf(name) : name;
}

export type Reader = ReturnType<typeof createReader>;

/** Reads a file without the line break that editors add at the end. */
function readSecretFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  if (text === '') throw new Error('names an empty file.');
  return text;
}
