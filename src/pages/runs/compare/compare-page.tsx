import './compare.css';
import { useState } from 'react';
import { noSuchRun } from '../../shared/api/error-sentence.js';
import { ErrorNotice } from '../../shared/error-notice.js';
import { urlOfComparison } from '../marks/comparison-url.js';
import { navigate, setParams, urlOf, useDocumentTitle, useLocation } from '../navigation.js';
import type { ComparedRun } from '../operations.js';
import { runsPageParams, urlOfRun } from '../run-url.js';
import { Shortcuts } from '../shortcuts.js';
import { runIn, useComparedRuns, usePartner } from './compared-runs.js';
import { Figures } from './figures.js';
import { PayloadDifference } from './payload-difference.js';

/** Two runs side by side: their cost, input and output. */
export function ComparePage() {
  useDocumentTitle('Two runs compared');
  const { params } = useLocation();
  const [id, otherId] = [params.get('run'), params.get('with')];
  const ids = [id, otherId].filter((runId) => runId !== null);
  const { response, error, isLoading, reload } = useComparedRuns(ids);
  const run = runIn(response?.data, id);
  const baseline = runIn(response?.data, otherId);
  const partner = usePartner(run, otherId !== null);
  const listParams = runsPageParams(params);
  const list = urlOf('runs', listParams);
  const swap = () => id && otherId && navigate(urlOfComparison(listParams, otherId, id));
  const missing =
    id !== null &&
    !isLoading &&
    error === undefined &&
    (run === undefined || (otherId !== null && baseline === undefined));
  return (
    <main className="page">
      <div className="row page-top">
        <h1>Two runs compared</h1>
        <div className="row compare-actions">
          {id !== null && <BaselineField />}
          <button type="button" disabled={otherId === null} onClick={swap}>
            Swap
          </button>
          <a className="as-button" href={list}>
            All runs
          </a>
        </div>
      </div>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {partner.error !== undefined && <ErrorNotice error={partner.error} onRetry={partner.reload} />}
      {id === null && <ComparisonForm />}
      {missing && <p className="notice">{noSuchRun}</p>}
      {partner.isNone && (
        <p className="notice">
          There is no other success of the same context, reference or task. Enter the id of a run to compare with.
        </p>
      )}
      {run && baseline && (
        <>
          <p className="compare-relation muted">{relationOf(baseline, run)}</p>
          <Figures baseline={baseline} run={run} />
          <PayloadDifference title="Submitted" name="submitted" baseline={baseline} run={run} key={`in ${ids}`} />
          <PayloadDifference title="Response" name="response" baseline={baseline} run={run} key={`out ${ids}`} />
        </>
      )}
      <div>
        <Shortcuts
          shortcuts={[
            { keys: ['s'], description: 'swap the two', run: swap },
            { keys: ['u', 'Escape'], description: 'back to the run', run: () => navigate(run ? urlOfRun(run) : list) },
          ]}
        />
      </div>
    </main>
  );
}

function relationOf(baseline: ComparedRun, run: ComparedRun): string {
  const [shared] = (
    [
      ['context', baseline.contextId !== null && baseline.contextId === run.contextId],
      ['reference', baseline.reference !== null && baseline.reference === run.reference],
      ['task', baseline.taskId === run.taskId],
    ] as const
  ).filter(([, isShared]) => isShared);
  return shared === undefined ? 'The runs belong to different tasks.' : `Both are runs of the same ${shared[0]}.`;
}

/** Asks for the ids of both runs if the URL does not contain them. */
function ComparisonForm() {
  const [run, setRun] = useState('');
  const [baseline, setBaseline] = useState('');
  const field = (label: string, value: string, setValue: (value: string) => void, isRequired: boolean) => (
    <label>
      <span className="faint">{label}</span>
      <input
        required={isRequired}
        placeholder="id of a run"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={({ target }) => setValue(target.value)}
      />
    </label>
  );
  return (
    <form
      className="fields comparison-form"
      onSubmit={(event) => {
        event.preventDefault();
        setParams({ run: run.trim(), with: baseline.trim() });
      }}
    >
      {field('Run', run, setRun, true)}
      {field('Baseline, by default the last success', baseline, setBaseline, false)}
      <button type="submit" className="primary">
        Compare
      </button>
    </form>
  );
}

/** Compares with another run by its id. */
function BaselineField() {
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') setParams({ with: text.trim() });
      }}
    >
      <input
        aria-label="Baseline"
        placeholder="baseline: id of another run"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </form>
  );
}
