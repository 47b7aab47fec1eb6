import type { Weights } from '../../../src/admission/weights.js';
import type { MeasuredOperation } from './measure.js';

type Estimate = (operation: MeasuredOperation, weights: Weights) => number;

const nothing: Weights = { fields: {}, types: {}, scans: {} };
const rounds = 2000;

/**
 * Returns the non-negative weights that minimize the relative errors of all operations. Weights on which no operation
 * depends are unchanged.
 * @returns a line for each weight, with its current and its fitted value
 */
export function fitWeights(measured: readonly MeasuredOperation[], estimate: Estimate, weights: Weights): string {
  const columns = toColumns(weights).map((column) => ({
    ...column,
    // How often the weight counts in each operation, relative to the measured cost.
    shares: measured.map((item) => estimate(item, column.single) / (item.database + item.processor)),
  }));
  const used = columns.filter(({ shares }) => shares.some((share) => share > 0));
  const fitted = new Map(used.map(({ name, weight }) => [name, weight]));
  const residuals = measured.map((_, row) =>
    used.reduce((rest, { name, shares }) => rest - fitted.get(name)! * shares[row]!, 1),
  );
  // Coordinate descent.
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, shares } of used) {
      const before = fitted.get(name)!;
      const gradient = shares.reduce((sum, share, row) => sum + share * residuals[row]!, 0);
      const curvature = shares.reduce((sum, share) => sum + share * share, 0);
      const after = Math.max(0, before + gradient / curvature);
      for (const [row, share] of shares.entries()) residuals[row] = residuals[row]! - (after - before) * share;
      fitted.set(name, after);
    }
  }
  const lines = used.map(({ name, weight }) => {
    const fit = fitted.get(name)!;
    return `${name.padEnd(40)}${weight.toFixed(2).padStart(10)}${fit.toFixed(2).padStart(10)}`;
  });
  return [`${'weight'.padEnd(40)}${'is'.padStart(10)}${'fits'.padStart(10)}`, ...lines].join('\n');
}

/** Returns each weight with a table in which it is 1 and all others are 0. */
function toColumns({ fields, types, scans }: Weights) {
  return [
    ...Object.entries(fields).map(([name, weight]) => ({
      name,
      weight,
      single: { ...nothing, fields: { [name]: 1 } },
    })),
    ...Object.entries(types).map(([name, weight]) => ({ name, weight, single: { ...nothing, types: { [name]: 1 } } })),
    ...Object.entries(scans).map(([name, scan]) => ({
      name: `${name}, for 1,000 runs`,
      weight: scan.points,
      single: { ...nothing, scans: { [name]: { ...scan, points: 1 } } },
    })),
  ];
}
