/** The form of the page while it is loading. */
export function HomeSkeleton() {
  return (
    <div className="home-skeleton stack" aria-hidden="true">
      <div>
        <p className="home-title">What fails</p>
        <Lines className="failure-kinds panel rows" count={4} />
      </div>
      <div>
        <p className="home-title">Tasks</p>
        <Lines className="panel rows" count={12} />
      </div>
    </div>
  );
}

function Lines({ className, count }: { readonly className: string; readonly count: number }) {
  return (
    <ul className={className}>
      {Array.from({ length: count }, (_, index) => (
        <li key={index}>
          <span className="placeholder" />
        </li>
      ))}
    </ul>
  );
}
