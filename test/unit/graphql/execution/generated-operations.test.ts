/** @jest-environment ./test/support/host-process-environment.mjs */

import { setImmediate } from 'node:timers/promises';
import { execute, type FormattedExecutionResult, parse } from 'graphql';
import { createRandom, seededSource } from '../../../../src/demo/data/random.js';
import { stringifyJson } from '../../../../src/json/raw-json.js';
import { createErraticSchema } from '../../../support/erratic-schema.js';
import { DocumentExecutor } from '../../../support/execute-document.js';
import { amount, seed as firstSeed } from '../../../support/generated.js';
import { createRandomOperation } from '../../../support/random-operation.js';

const operations = amount(150, 10_000);

type Path = readonly (string | number)[];

/** Returns the shortest prefix of a path at which the data is null, or `undefined`. */
function nullAbove(path: Path, data: unknown): Path | undefined {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (value === null) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return undefined;
}

/**
 * Returns the data in order, and the errors as a set. The number of errors below a null depends on which promise fails
 * first, but every null that an error caused has at least one.
 */
function comparable(result: FormattedExecutionResult): string {
  const errors = new Set<string>();
  for (const { message, path, locations } of result.errors ?? []) {
    const above = path === undefined ? undefined : nullAbove(path, result.data);
    errors.add(JSON.stringify(above === undefined ? { message, path, locations } : { above }));
  }
  return JSON.stringify({ data: result.data, errors: [...errors].sort() }, null, 1);
}

/** Reverses the conditions. */
function withOtherConditions(variables: Record<string, unknown>): Record<string, unknown> {
  const other = Object.entries(variables).map(([name, value]) => [name, typeof value === 'boolean' ? !value : value]);
  return Object.fromEntries(other);
}

it(`executes ${operations} generated operations just as graphql-js does, the first of seed ${firstSeed}`, async () => {
  const schema = createErraticSchema();
  const executor = new DocumentExecutor(schema);
  let abandoned = 0;
  const countAbandoned = () => {
    abandoned += 1;
  };
  // Jest fails a test with any unhandled rejection, but those of graphql-js must not count.
  const { hostProcess } = globalThis as unknown as { readonly hostProcess: NodeJS.Process };
  const jestListeners = hostProcess.listeners('unhandledRejection');
  hostProcess.removeAllListeners('unhandledRejection').on('unhandledRejection', countAbandoned);
  const outcomes = { onlyData: 0, dataAndErrors: 0, nullRoot: 0, notExecuted: 0 };
  for (let seed = firstSeed; seed < firstSeed + operations; seed += 1) {
    const { source, variables } = createRandomOperation(schema, createRandom(seededSource(seed)));
    const document = parse(source);
    const contextValue = { seed };
    // Executes with a new plan, with the same plan, and with the opposite conditions.
    for (const given of [variables, variables, withOtherConditions(variables)]) {
      const expected = JSON.parse(
        JSON.stringify(await execute({ schema, document, variableValues: given, contextValue })),
      ) as FormattedExecutionResult;
      await setImmediate();
      abandoned = 0;
      const executed = await executor.executeDocument({ document, variables: given, contextValue });
      await setImmediate();
      const result = JSON.parse(stringifyJson(executed.result)) as FormattedExecutionResult;
      try {
        expect(comparable(result)).toBe(comparable(expected));
        expect(JSON.stringify(executed.errors)).toBe(JSON.stringify(result.errors ?? []));
        expect(abandoned).toBe(0);
      } catch (error) {
        const about = `seed ${seed}, variables ${JSON.stringify(given)}:\n${source}\n`;
        throw new Error(`${about}${(error as Error).message}`);
      }
      if (result.data === undefined) outcomes.notExecuted += 1;
      else if (result.data === null) outcomes.nullRoot += 1;
      else outcomes[result.errors ? 'dataAndErrors' : 'onlyData'] += 1;
    }
  }
  hostProcess.off('unhandledRejection', countAbandoned);
  for (const listener of jestListeners) hostProcess.on('unhandledRejection', listener);
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(operations / 50);
}, 600_000);
