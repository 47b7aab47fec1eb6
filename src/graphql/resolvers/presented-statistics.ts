import { UnreadableValue } from '../../task-runs/record/readable-value.js';
import { type Dimension, isBuckets, splits } from '../../task-runs/statistics/dimensions.js';
import type { Timing } from '../../task-runs/statistics/measures.js';
import type { RunStatistics } from '../../task-runs/statistics/statistics-tree.js';

/** Statistics in the form of their GraphQL types; each field of `splits` is defined below. */
export class PresentedStatistics {
  readonly #statistics: RunStatistics;

  /** @param dimension what the runs were split by; null for those that were not split. */
  constructor(statistics: RunStatistics, dimension: Dimension | null) {
    this.#statistics = statistics;
    const { figures, value, reportingGroup } = statistics;
    Object.assign(this, figures, {
      retries: intOrError(figures.retries),
      llmCallTiming: this.#timing('llmCallTiming'),
      inputProcessorTiming: this.#timing('inputProcessorTiming'),
      reportingGroup,
    });
    if (dimension !== null) Object.assign(this, { [isBuckets(dimension) ? 'start' : dimension]: value });
  }

  splitBy(dimension: Dimension): PresentedStatistics[] {
    return this.#statistics.splitBy(dimension).map((each) => new PresentedStatistics(each, dimension));
  }

  #timing(timing: Timing) {
    return { ...this.#statistics.figures[timing], ...this.#statistics.percentilesOf(timing) };
  }
}

for (const [field, { key }] of Object.entries(splits)) {
  Object.defineProperty(PresentedStatistics.prototype, field, {
    get(this: PresentedStatistics) {
      return this.splitBy(key);
    },
  });
}

/** An Int holds less than a sum of Ints. */
function intOrError(sum: number | undefined): number | UnreadableValue | undefined {
  return sum === undefined || sum === (sum | 0) ? sum : new UnreadableValue(`A sum of retries is ${sum}.`);
}
