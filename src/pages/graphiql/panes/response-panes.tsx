import './panes.css';
import { useGraphiQL } from '@graphiql/react';
import { type ReactNode, useMemo, useState } from 'react';
import { type ApiError, isAboutToken, sentenceOf } from '../../shared/api/error-sentence.js';
import { parseJson } from '../../shared/json/json-tree.js';
import { lazyComponent } from '../../shared/lazy-component.js';
import { type StoredResponse, storedResponseOf } from '../response/stored-responses.js';
import { CodePane } from './code-pane.js';
import { CostPane } from './cost-pane.js';
import { TablePane } from './table-pane.js';

const PlotPane = lazyComponent(() => import('./plot-pane.js').then((module) => module.PlotPane));

/** The first one is GraphiQL's own editor. */
const names = ['JSON', 'Table', 'Plot', 'Cost', 'Code'] as const;
type PaneName = (typeof names)[number];

/** Tabs that show the response in forms other than its text. */
export function ResponsePanes() {
  const [shown, setShown] = useState<PaneName>('JSON');
  const response = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.response);
  const schemaError = useGraphiQL((state) => state.fetchError);
  const storedResponse = storedResponseOf(response);
  const sentence = useMemo(
    () => rejectionIn(schemaError) || rejectionIn(storedResponse?.text),
    [storedResponse, schemaError],
  );
  return (
    <>
      <div className="answer-bar row">
        <div role="tablist" aria-label="Views of the response">
          {names.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`answer-tab-${name}`}
              aria-selected={name === shown}
              onClick={() => setShown(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <output className={sentence ? 'bad' : 'muted'}>{sentence || noteOnEvent(storedResponse)}</output>
      </div>
      {shown !== 'JSON' && (
        <div className="answer-pane" role="tabpanel" aria-labelledby={`answer-tab-${shown}`}>
          {storedResponse === undefined ? (
            <p className="empty muted">Run an operation first.</p>
          ) : (
            paneOf(shown, storedResponse)
          )}
        </div>
      )}
    </>
  );
}

function paneOf(name: PaneName, response: StoredResponse): ReactNode {
  switch (name) {
    case 'Table':
      return <TablePane response={response} />;
    case 'Plot':
      return <PlotPane response={response} />;
    case 'Cost':
      return <CostPane response={response} />;
    default:
      return <CodePane operation={response.operation} />;
  }
}

/** Returns a sentence about a rejected token, or '' without one. */
function rejectionIn(text: string | null | undefined): string {
  if (!text || text.length > 10_000 || parseJson(text) === undefined) return '';
  const errors: readonly ApiError[] = JSON.parse(text).errors ?? [];
  const rejection = errors.find(isAboutToken);
  return rejection === undefined ? '' : sentenceOf(rejection);
}

/**
 * Returns a sentence about an event of `taskRunChanged` whose nulls look like a fault, or '' for any other response.
 */
function noteOnEvent(response: StoredResponse | undefined): string {
  if (response === undefined || response.text.length > 10_000 || parseJson(response.text) === undefined) return '';
  const { data, errors } = JSON.parse(response.text);
  const [event, ...others] = Object.values(data ?? {}) as Partial<Record<'run' | 'deleted', unknown>>[];
  const isEvent = /^\s*subscription\b/m.test(response.operation.query) && others.length === 0 && errors === undefined;
  if (!isEvent || event?.run !== null) return '';
  if (event.deleted === undefined) return 'No run: a heartbeat or a deletion. Select `deleted` to distinguish them.';
  return event.deleted === null ? 'A heartbeat: there is no other change up to its cursor.' : '';
}
