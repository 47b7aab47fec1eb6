/** @jest-environment ./test/support/host-process-environment.mjs */

import { setImmediate } from 'node:timers/promises';
import { execute, type FormattedExecutionResult, type GraphQLError, parse } from 'graphql';
import { createExecutor } from '../../../../src/graphql/execution/executor.js';
import { createErraticSchema } from '../../../support/erratic-schema.js';
import { createRandom } from '../../../support/random.js';
import { createRandomOperation } from '../../../support/random-operation.js';

const operations = 10_000;
const firstSeed = Number(process.env.SEED ?? 20261125);

type Path = readonly (string | number)[];

/** The shortest beginning of a path where the data is null; undefined where there is none. */
function nullAbove(path: Path, data: unknown): Path | undefined {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (value === null) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return undefined;
}

/**
 * Errors as sets. Of those below a null it depends on which promise fails first how many there are: one at least, for
 * each null that is not itself a value.
 */
function comparable(result: FormattedExecutionResult) {
  const errors = new Set<string>();
  for (const { message, path, locations } of result.errors ?? []) {
    const above = path === undefined ? undefined : nullAbove(path, result.data);
    errors.add(JSON.stringify(above === undefined ? { message, path, locations } : { above }));
  }
  return JSON.stringify({ data: result.data, errors: [...errors].sort() }, null, 1);
}

it(`executes ${operations} generated operations just as graphql-js does, the first of seed ${firstSeed}`, async () => {
  const schema = createErraticSchema();
  const executor = createExecutor(schema);
  let abandoned = 0;
  const countAbandoned = () => {
    abandoned += 1;
  };
  // Jest fails a test in which any is left to nobody; those of graphql-js are not to count.
  const { hostProcess } = globalThis as unknown as { readonly hostProcess: NodeJS.Process };
  const ofJest = hostProcess.listeners('unhandledRejection');
  hostProcess.removeAllListeners('unhandledRejection').on('unhandledRejection', countAbandoned);
  const seen = { withData: 0, withErrors: 0, withNullRoot: 0, rejected: 0 };
  for (let seed = firstSeed; seed < firstSeed + operations; seed += 1) {
    const { source, variables } = createRandomOperation(schema, createRandom(seed));
    const document = parse(source);
    const contextValue = { seed };
    const expected = await execute({ schema, document, variableValues: variables, contextValue });
    // graphql-js leaves some rejections to nobody, which are reported by now.
    await setImmediate();
    abandoned = 0;
    const expectedResult = JSON.parse(JSON.stringify(expected)) as FormattedExecutionResult;
    // By a new plan, and by the same once more.
    for (const time of ['first', 'second']) {
      const { text, errors } = await executor.execute({ document, variables, contextValue });
      const result = JSON.parse(text) as FormattedExecutionResult;
      await setImmediate();
      try {
        expect(abandoned).toBe(0);
        // As text: in the same order, and fast.
        expect(comparable(result)).toBe(comparable(expectedResult));
        expect(JSON.stringify(errors)).toBe(JSON.stringify(result.errors ?? []));
      } catch (error) {
        const about = `seed ${seed}, ${time} time, variables ${JSON.stringify(variables)}:\n${source}\n`;
        throw new Error(`${about}${(error as Error).message}`);
      }
    }
    if (expected.data === undefined) seen.rejected += 1;
    else if (expected.data === null) seen.withNullRoot += 1;
    else seen[hasErrors(expected.errors) ? 'withErrors' : 'withData'] += 1;
  }
  hostProcess.off('unhandledRejection', countAbandoned);
  for (const listener of ofJest) hostProcess.on('unhandledRejection', listener);
  // None of the outcomes is rare.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(operations / 50);
}, 300_000);

function hasErrors(errors: readonly GraphQLError[] | undefined): boolean {
  return errors !== undefined && errors.length > 0;
}
