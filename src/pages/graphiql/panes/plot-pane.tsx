import { useMemo, useState } from 'react';
import { memberOf, parseJson } from '../../shared/json/json-tree.js';
import { chartsOf, findBuckets } from '../../shared/plot/bucket-charts.js';
import { TimeChart } from '../../shared/plot/time-chart.js';
import type { StoredResponse } from '../response/stored-responses.js';

/** Loaded when it is first opened. */
export function PlotPane({ response }: { readonly response: StoredResponse }) {
  const lists = useMemo(() => findBuckets(memberOf(parseJson(response.text), 'data')), [response]);
  const [path, setPath] = useState<string>();
  const list = lists.find((bucketList) => bucketList.path === path) ?? lists[0];
  const charts = useMemo(() => chartsOf(list?.buckets ?? []), [list]);
  const { timeZone } = response.operation.variables ?? {};
  const zone = typeof timeZone === 'string' ? { timeZone } : { timeZone: 'UTC' };
  if (charts.length === 0)
    return (
      <p className="empty muted">
        There is nothing to plot: select <code>buckets</code> of <code>taskRunStats</code>, with <code>start</code>.
      </p>
    );
  return (
    <>
      {lists.length > 1 && (
        <label className="pane-line row">
          Buckets of
          <select value={list?.path} onChange={(event) => setPath(event.target.value)}>
            {lists.map((bucketList) => (
              <option key={bucketList.path}>{bucketList.path}</option>
            ))}
          </select>
        </label>
      )}
      {charts.map((chart) => (
        <TimeChart key={chart.title} {...chart} {...zone} />
      ))}
    </>
  );
}
