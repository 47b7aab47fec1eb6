import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { readCommit, version } from '../version.js';
import { type MetricTable, metricTable } from './metric-table.js';

type MetricName = keyof MetricTable;
type LabelOf<Name extends MetricName> = MetricTable[Name]['labels'][number];

type MetricOf<Name extends MetricName> = MetricTable[Name]['type'] extends 'histogram'
  ? Histogram<LabelOf<Name>>
  : MetricTable[Name]['type'] extends 'gauge'
    ? Gauge<LabelOf<Name>>
    : Counter<LabelOf<Name>>;

/** The value of a series with its labels. */
export type Series<Name extends MetricName> = readonly [labels: Readonly<Record<LabelOf<Name>, string>>, value: number];
type SeriesOf<Name extends MetricName> = Iterable<Series<Name>>;

type AnySeries = Iterable<readonly [object, number]>;
type Source = () => AnySeries | Promise<AnySeries>;

/** The metrics of a gateway, in a separate registry, so that two gateways in one process do not collide. */
export type Metrics = { readonly [Name in MetricName]: MetricOf<Name> } & {
  readonly registry: Registry;
  /** Points of all requests. The code that counts points adds them here. */
  readonly costTotals: Record<CostKind, number>;
  /** Sets the source of a counter or gauge, which is called whenever the metrics are read. */
  watch<Name extends MetricName>(name: Name, read: () => SeriesOf<Name> | Promise<SeriesOf<Name>>): void;
};

const costKinds = ['estimated', 'database', 'processor'] as const;
type CostKind = (typeof costKinds)[number];

/** A database server to which statements are sent. */
export interface ServerStatus {
  readonly name: string;
  /** The number of open connections, and how many of them are idle. */
  readonly connections: number;
  readonly idle: number;
  /** Whether the replica is used for reads; absent for the primary. */
  readonly isRead?: boolean;
  /** The replica's lag in seconds; `null` if it is unknown or the server is no longer a replica. */
  readonly lag?: number | null;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const sources = new Map<string, Source>();
  const created = Object.fromEntries(
    Object.entries(metricTable).map(([key, row]) => [key, createMetric(registry, row, () => sources.get(key)?.())]),
  ) as { readonly [Name in MetricName]: MetricOf<Name> };
  const costTotals = { estimated: 0, database: 0, processor: 0 };
  created.buildInfo.set({ version, commit: readCommit() }, 1);
  // Otherwise they would be 0 instead of absent.
  created.redisUp.remove();
  created.fileStoreUp.remove();
  created.changesPollAge.remove();
  const metrics: Metrics = {
    ...created,
    registry,
    costTotals,
    watch(name, read) {
      sources.set(name, read);
    },
  };
  metrics.watch('costPoints', () => costKinds.map((kind) => [{ kind }, costTotals[kind]] as const));
  return metrics;
}

type Row = MetricTable[MetricName];

function createMetric(
  registry: Registry,
  { type, name, help, labels: labelNames, buckets }: Row,
  read: () => ReturnType<Source> | undefined,
): Counter | Gauge | Histogram {
  const options = { name, help, labelNames, registers: [registry] };
  if (type === 'histogram') return new Histogram({ ...options, buckets: [...buckets!] });
  if (type === 'gauge') {
    return new Gauge({
      ...options,
      async collect() {
        const series = await read();
        if (series === undefined) return;
        this.reset();
        // A gauge without labels has a series from the beginning.
        this.remove({});
        for (const [labels, value] of series) this.set(labels, value);
      },
    });
  }
  return new Counter({
    ...options,
    async collect() {
      const series = await read();
      if (series === undefined) return;
      this.reset();
      for (const [labels, value] of series) this.inc(labels, value);
    },
  });
}
