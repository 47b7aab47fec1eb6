import { measures } from './measures.js';
import { ChartPlaceholder } from './statistics-chart.js';

/** A placeholder with the height of the figures, so that nothing moves when they arrive. */
export function StatisticsSkeleton() {
  return (
    <div className="stack statistics-figures" aria-hidden="true">
      <p className="figures-line">
        <span className="placeholder" />
      </p>
      <ul className="tiles bare-list">
        {measures.map(({ name }) => (
          <li key={name} className="tile panel">
            <span className="placeholder" />
            <span className="placeholder" />
          </li>
        ))}
      </ul>
      <div className="chart panel">
        <ChartPlaceholder />
      </div>
      <div className="measure-table panel">
        {Array.from({ length: 8 }, (_, index) => (
          <span key={index} className="placeholder" />
        ))}
      </div>
    </div>
  );
}
