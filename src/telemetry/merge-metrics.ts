/**
 * Merges the metrics of several processes in Prometheus text format. Each series gets a `process` label with the number
 * of its process. Series are not added up: the counters of a replaced process restart at zero, which Prometheus detects
 * in a series, but not in a sum.
 */
export function mergeMetrics(textByProcess: ReadonlyMap<number, string>): string {
  /** The comments of a metric and its series in all processes, by its name. */
  const metrics = new Map<string, { readonly comments: Set<string>; readonly series: string[] }>();
  for (const [process, text] of textByProcess) {
    let current = '';
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const [, name] = /^# \w+ (\S+)/.exec(line) ?? [];
      current = name ?? current;
      const metric = metrics.get(current) ?? { comments: new Set(), series: [] };
      metrics.set(current, metric);
      if (name !== undefined) metric.comments.add(line);
      else metric.series.push(labelled(line, process));
    }
  }
  const lines = [...metrics.values()].flatMap(({ comments, series }) => [...comments, ...series]);
  return `${lines.join('\n')}\n`;
}

function labelled(line: string, process: number): string {
  const [, name, opening] = /^([^\s{]+)(\{)?/.exec(line)!;
  const rest = line.slice(name!.length + (opening?.length ?? 0));
  return opening ? `${name}{process="${process}",${rest}` : `${name}{process="${process}"}${rest}`;
}
