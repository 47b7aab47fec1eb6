import { Counter, Histogram, Registry } from 'prom-client';
import { mergeMetrics } from '../../../src/telemetry/merge-metrics.js';

async function textOf(requests: number, routes: readonly string[]): Promise<string> {
  const registers = [new Registry()];
  new Counter({ name: 'operations_total', help: 'Operations.', registers }).inc(requests);
  const histogram = new Histogram({
    name: 'seconds',
    help: 'Seconds.',
    labelNames: ['route'],
    buckets: [1],
    registers,
  });
  for (const route of routes) histogram.observe({ route }, 2);
  return registers[0]!.metrics();
}

describe('the metrics of several processes', () => {
  it('carry the number of each process as a label, below the comments of their metric', async () => {
    const texts = new Map([
      [1, await textOf(3, ['/a{}"\\b'])],
      [2, await textOf(5, [])],
    ]);
    expect(mergeMetrics(texts)).toBe(`# HELP operations_total Operations.
# TYPE operations_total counter
operations_total{process="1"} 3
operations_total{process="2"} 5
# HELP seconds Seconds.
# TYPE seconds histogram
seconds_bucket{process="1",le="1",route="/a{}\\"\\\\b"} 0
seconds_bucket{process="1",le="+Inf",route="/a{}\\"\\\\b"} 1
seconds_sum{process="1",route="/a{}\\"\\\\b"} 2
seconds_count{process="1",route="/a{}\\"\\\\b"} 1
`);
  });
});
