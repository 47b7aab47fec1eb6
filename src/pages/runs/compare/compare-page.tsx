import './compare.css';
import { useState } from 'react';
import { noSuchRun } from '../../shared/api/error-sentence.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { Notice } from '../../shared/notice/notice.js';
import { useShortcuts } from '../keys/shortcuts.js';
import { urlOfComparison } from '../marks/comparison-url.js';
import { navigate, setParams, urlOf, useDocumentTitle, useLocation } from '../navigation.js';
import type { ComparedRun } from '../operations.js';
import { runsPageParams, urlOfRun } from '../run-url.js';
import { comparisonSentence } from './baseline.js';
import { runIn, useBaseline, useComparedRuns } from './compared-runs.js';
import { ComparisonSwitches, useComparisonOptions } from './comparison-options.js';
import { Figures } from './figures.js';
import { PayloadDifference } from './payload-difference.js';

/** Compares the cost, input and output of two runs. */
export function ComparePage() {
  useDocumentTitle('Compare runs');
  const { params } = useLocation();
  const [id, otherId] = [params.get('run'), params.get('with')];
  const ids = [id, otherId].filter((runId) => runId !== null);
  const { response, error, isLoading, reload } = useComparedRuns(ids);
  const run = runIn(response?.data, id);
  const other = runIn(response?.data, otherId);
  const proposed = useBaseline(run, otherId !== null);
  const listParams = runsPageParams(params);
  const list = urlOf('runs', listParams);
  const swap = () => id && otherId && navigate(urlOfComparison(listParams, otherId, id));
  useShortcuts([
    { keys: ['s'], description: 'swap the two', run: swap },
    { keys: ['u', 'Escape'], description: 'back to the run', run: () => navigate(run ? urlOfRun(run) : list) },
  ]);
  const isMissing = run === undefined || (otherId !== null && other === undefined);
  return (
    <main className="page">
      <div className="row page-top">
        <h1>Compare runs</h1>
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
      {otherId === null && proposed.error !== undefined && (
        <ErrorNotice error={proposed.error} onRetry={proposed.reload} />
      )}
      {id === null && <ComparisonForm />}
      {id !== null && isMissing && !isLoading && error === undefined && <Notice>{noSuchRun}</Notice>}
      {proposed.isNone && (
        <Notice>{run?.task.name ?? 'This task'} has no other success. Enter the id of a run to compare with.</Notice>
      )}
      {run && other && (
        <Comparison run={run} baseline={other} sentence={comparisonSentence(run, other, proposed.baseline)} />
      )}
    </main>
  );
}

interface ComparisonProps {
  readonly run: ComparedRun;
  readonly baseline: ComparedRun;
  readonly sentence: string;
}

function Comparison({ run, baseline, sentence }: ComparisonProps) {
  const options = useComparisonOptions();
  const ids = `${run.id} ${baseline.id}`;
  const both = { run, baseline, options };
  return (
    <>
      <div className="row comparison-head">
        <p className="muted">{sentence}</p>
        <ComparisonSwitches options={options} />
      </div>
      <Figures {...both} />
      <PayloadDifference title="Submitted" name="submitted" {...both} key={`in ${ids}`} />
      <PayloadDifference title="Response" name="response" {...both} key={`out ${ids}`} />
    </>
  );
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
