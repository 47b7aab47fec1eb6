import '../runs/run/facts.css';
import type { Run } from '../runs/operations.js';
import { type Fact, figuresOf, relationsOf } from '../runs/run/run-facts.js';
import { ShortId } from '../runs/short-id.js';

/** Everything about a run except its payload, without links. */
export function SharedFacts({ run }: { readonly run: Run }) {
  const [figures, relations] = [figuresOf(run), relationsOf(run, undefined)];
  return (
    <section className="facts-panel panel" aria-label="Facts">
      <dl className="facts">
        {[...figures.known, ...relations.known].map((fact) => (
          <div key={fact.name}>
            <dt>{fact.name}</dt>
            <dd>
              <FactValue fact={fact} />
              {fact.detail !== undefined && <small className="faint">{fact.detail}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function FactValue({ fact: { name, text, exact, id } }: { readonly fact: Fact }) {
  if (id === undefined) return <span title={exact}>{text}</span>;
  return (
    <ShortId id={id} label={name.toLowerCase()}>
      {text}
    </ShortId>
  );
}
