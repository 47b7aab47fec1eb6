import { FailureKind } from './failure-kind.js';
import { failuresOf } from './failures.js';
import { FirstItems } from './first-items.js';
import { rangeOf } from './home-period.js';
import type { HomeQuery } from './home-query.js';

/** The number of kinds shown initially. */
const maxKinds = 6;

/** The kinds of failures in the period, as far as the caller may see them. */
export function FailureKinds({ home: { projects, found, period } }: { readonly home: HomeQuery }) {
  const failures = failuresOf(projects, found, rangeOf(period, Date.now()));
  const isWithheld = projects.some((project) => project.tasks.nodes.some(({ runAccess }) => runAccess === 'USAGE'));
  return (
    <section aria-label="Kinds of failures">
      <div className="row home-title">
        <h2>What fails</h2>
        {failures.length > 1 && <p className="faint">New kinds first, then those that grew most.</p>}
      </div>
      {failures.length > 0 && (
        <FirstItems
          className="failure-kinds panel rows"
          max={maxKinds}
          items={failures.map((failure) => (
            <FailureKind
              key={`${failure.places[0]!.place.orgId} ${failure.kind}`}
              failure={failure}
              since={period.since}
            />
          ))}
        />
      )}
      {isWithheld && (
        <p className="home-note faint">
          {failures.length > 0
            ? 'Kinds of failures of some tasks are not visible to your role.'
            : 'Kinds of failures are not visible to your role.'}
        </p>
      )}
    </section>
  );
}
