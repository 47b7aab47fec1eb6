import { GatewayError } from '../../errors/gateway-error.js';
import { RawJson } from '../../json/raw-json.js';
import { toRawJson } from '../../task-runs/columns/json-pointer.js';
import type { ScopePath } from '../../task-runs/columns/run-path.js';
import { type Change, changeOf } from '../../task-runs/statistics/changes.js';
import { type Dimension, dimensionRow, isBuckets, isJson } from '../../task-runs/statistics/dimensions.js';
import { isMeasure, type Timing } from '../../task-runs/statistics/measures.js';
import type { Split } from '../../task-runs/statistics/splits.js';
import type { MeasuredRuns, RunStatistics } from '../../task-runs/statistics/statistics-tree.js';

/** Figures in the shape of their GraphQL types. */
class MeasuresView {
  constructor({ figures, percentilesOf }: MeasuredRuns) {
    const timing = (name: Timing) => ({ ...figures[name], ...percentilesOf(name) });
    Object.assign(this, figures, {
      retries: intOrError(figures.retries),
      llmCallTiming: timing('llmCallTiming'),
      inputProcessorTiming: timing('inputProcessorTiming'),
    });
  }
}

/** Statistics in the shape of their GraphQL types. */
export class StatisticsView extends MeasuresView {
  readonly #statistics: RunStatistics;
  readonly #path: ScopePath;
  readonly #dimension: Dimension | null;

  /**
   * @param path of the runs
   * @param dimension of the split; null if there is no split
   */
  constructor(statistics: RunStatistics, path: ScopePath, dimension: Dimension | null) {
    super(statistics);
    this.#statistics = statistics;
    this.#path = path;
    this.#dimension = dimension;
    if (dimension === null) return;
    const { value, label, reportingGroup } = statistics;
    if (isBuckets(dimension)) {
      Object.assign(this, { start: value, label });
      return;
    }
    const { relation } = dimensionRow(dimension);
    const related = relation === 'reportingGroup' ? reportingGroup : value && { orgId: path.orgId, id: value };
    Object.assign(this, { value, ...(relation && { [relation]: related }) });
  }

  /** Returns a group's value as JSON. @throws GatewayError RESPONSE_TOO_LARGE if it was omitted */
  jsonWithin(maxBytes: number): RawJson | null {
    const { json, value } = this.#statistics;
    if (isJson(this.#dimension!)) return toRawJson(json, maxBytes);
    return value === null ? null : new RawJson(JSON.stringify(value));
  }

  /** The kind of failure that the group represents, with the path of the runs; null for any other group. */
  get failureKind(): { readonly path: ScopePath; readonly kind: string } | null {
    const { value } = this.#statistics;
    return this.#dimension?.by === 'FAILURE' && value !== null ? { path: this.#path, kind: value } : null;
  }

  splitBy(split: Split): StatisticsView[] {
    return this.#statistics.splitBy(split).map((group) => new StatisticsView(group, this.#path, split.dimension));
  }

  get previous(): MeasuresView {
    return new MeasuresView(this.#statistics.previous!);
  }

  get change(): Readonly<Record<string, Change | null>> {
    const { figures, previous } = this.#statistics;
    const measures = Object.keys(previous!.figures).filter(isMeasure);
    return Object.fromEntries(measures.map((measure) => [measure, changeOf(measure, figures, previous!.figures)]));
  }
}

/** Returns an error for a sum outside the range of Int. */
function intOrError(sum: number | undefined): number | GatewayError | undefined {
  if (sum === undefined || sum === (sum | 0)) return sum;
  return new GatewayError('UNREADABLE_VALUE', {}, { cause: new Error(`A sum of retries is ${sum}.`) });
}
