import './run-skeleton.css';

/** Placeholders for a run's title, in its place. */
export function TitleSkeleton() {
  return <span className="skeleton title-skeleton" />;
}

/** Placeholders for the usual number of facts. */
export function FactsSkeleton() {
  return (
    <div className="facts-panel panel">
      <div className="facts">
        {Array.from({ length: 8 }, (_, index) => (
          <div key={index}>
            <span className="skeleton" />
            <span className="skeleton" />
          </div>
        ))}
      </div>
    </div>
  );
}

/** A placeholder for input and output. */
export function PayloadSkeleton() {
  return (
    <div className="payload-skeleton panel">
      {Array.from({ length: 6 }, (_, index) => (
        <span key={index} className="skeleton" />
      ))}
    </div>
  );
}

/** The page of a run while it is loading. */
export function RunSkeleton() {
  return (
    <div className="run-body" aria-hidden="true">
      <div className="run-side">
        <FactsSkeleton />
      </div>
      <div className="run-main">
        <PayloadSkeleton />
      </div>
    </div>
  );
}
