import fc from 'fast-check';
import { componentSchemas } from '../../../src/rest/openapi/schemas.js';
import { amount, seed } from '../../support/generated.js';

/** The pattern of the REST reference (docs/rest.md), whose lookahead RE2 cannot compile. */
const referencePattern = /^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$/;

describe('the pattern of decimals', () => {
  const { charged_credits } = componentSchemas.TaskRun.properties as Readonly<Record<string, { pattern: string }>>;
  const pattern = new RegExp(charged_credits!.pattern);

  it(`accepts the texts that the pattern of the REST reference accepts, of seed ${seed}`, () => {
    const text = fc.string({ unit: fc.constantFrom(...'+-.0019'), maxLength: 8 });
    const accepted = { some: 0, others: 0 };
    fc.assert(
      fc.property(text, (text) => {
        accepted[referencePattern.test(text) ? 'some' : 'others'] += 1;
        expect([text, pattern.test(text)]).toEqual([text, referencePattern.test(text)]);
      }),
      { seed, numRuns: amount(5000, 100_000) },
    );
    expect(Math.min(accepted.some, accepted.others)).toBeGreaterThan(500);
  });
});
