import './facts.css';
import { urlOf } from '../navigation.js';
import type { Run } from '../operations.js';
import type { RunPath } from '../run-url.js';
import { ShortId } from '../short-id.js';
import { type Fact, type Facts as FactsOfRun, figuresOf, relationsOf } from './run-facts.js';
import { hasModels, modelOf } from './run-model.js';

interface FactsProps {
  readonly run: Run;
  readonly path: RunPath;
}

/** Everything about a run except its payload. */
export function Facts({ run, path }: FactsProps) {
  const [figures, relations] = [figuresOf(run), relationsIn(run)];
  const known = [...figures.known, ...relations.known];
  return <FactsPanel known={known} empty={[...figures.empty, ...relations.empty]} path={path} />;
}

/** The time of a run, and what it belongs to. */
export function Relations({ run, path }: FactsProps) {
  return <FactsPanel {...relationsIn(run)} path={path} />;
}

function FactsPanel({ known, empty, path }: FactsOfRun & { readonly path: RunPath }) {
  return (
    <section className="facts-panel panel" aria-label="Facts">
      <FactList facts={known} path={path} />
      <EmptyFacts names={empty} />
    </section>
  );
}

function relationsIn(run: Run): FactsOfRun {
  return relationsOf(run, hasModels ? modelOf(run) : undefined);
}

function FactList({ facts, path }: { readonly facts: readonly Fact[]; readonly path: RunPath }) {
  return (
    <dl className="facts">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>
            <FactValue fact={fact} path={path} />
            {fact.detail !== undefined && <small className="faint">{fact.detail}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A value that links to the runs that share it. */
function FactValue({ fact: { name, text, exact, id, filter }, path }: { readonly fact: Fact; readonly path: RunPath }) {
  const value = filter === undefined ? text : <a href={listOf(path, filter)}>{text}</a>;
  if (id === undefined) return <span title={exact}>{value}</span>;
  return (
    <ShortId id={id} label={nameOfId(name)}>
      {value}
    </ShortId>
  );
}

function nameOfId(name: string): string {
  const noun = name.toLowerCase();
  return name === 'Reference' || name === 'Context' ? `the ${noun}` : `the id of the ${noun}`;
}

function listOf({ orgId: org, projectId: project, taskId: task }: RunPath, [param, value]: readonly [string, string]) {
  return urlOf('runs', new URLSearchParams({ org, project, task, [param]: value }));
}

function EmptyFacts({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <details className="facts-empty faint">
      <summary>{names.length === 1 ? '1 empty field' : `${names.length} empty fields`}</summary>
      {names.join(', ')}
    </details>
  );
}
