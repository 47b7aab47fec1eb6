import { UnreadableValue } from '../../task-runs/record/readable-value.js';
import { type Change, changeOf } from '../../task-runs/statistics/changes.js';
import { type Dimension, isBuckets } from '../../task-runs/statistics/dimensions.js';
import { isMeasure, type Timing } from '../../task-runs/statistics/measures.js';
import type { RunStatistics, SplitOptions } from '../../task-runs/statistics/statistics-tree.js';

/** Statistics in the form of their GraphQL types. */
export class StatisticsView {
  readonly #statistics: RunStatistics;

  /** @param dimension what the runs were split by; null for those that were not split. */
  constructor(statistics: RunStatistics, dimension: Dimension | null) {
    this.#statistics = statistics;
    const { figures, value, label, reportingGroup } = statistics;
    Object.assign(this, figures, {
      retries: intOrError(figures.retries),
      llmCallTiming: this.#timing('llmCallTiming'),
      inputProcessorTiming: this.#timing('inputProcessorTiming'),
      reportingGroup,
    });
    if (dimension === null) return;
    Object.assign(this, isBuckets(dimension) ? { start: value, label } : { [dimension]: value });
  }

  splitBy(dimension: Dimension, options?: SplitOptions): StatisticsView[] {
    return this.#statistics.splitBy(dimension, options).map((each) => new StatisticsView(each, dimension));
  }

  /** Of a revision; those of all runs have arguments. */
  get byReportingGroup(): StatisticsView[] {
    return this.splitBy('reportingGroupId');
  }

  get previous(): StatisticsView {
    return new StatisticsView(this.#statistics.previous!, null);
  }

  get change(): Readonly<Record<string, Change | null>> {
    const { figures, previous } = this.#statistics;
    const measures = Object.keys(previous!.figures).filter(isMeasure);
    return Object.fromEntries(measures.map((each) => [each, changeOf(each, figures, previous!.figures)]));
  }

  #timing(timing: Timing) {
    return { ...this.#statistics.figures[timing], ...this.#statistics.percentilesOf(timing) };
  }
}

/** An Int holds less than a sum of Ints. */
function intOrError(sum: number | undefined): number | UnreadableValue | undefined {
  return sum === undefined || sum === (sum | 0) ? sum : new UnreadableValue(`A sum of retries is ${sum}.`);
}
