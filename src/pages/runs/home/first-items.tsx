import { useState } from 'react';

interface FirstItemsProps {
  readonly className: string;
  readonly items: readonly React.ReactElement[];
  readonly max: number;
}

/** A list that initially shows at most `max` items, and the others on request. */
export function FirstItems({ className, items, max }: FirstItemsProps) {
  const [isWhole, setWhole] = useState(false);
  // A button for a single item would take its place.
  const shown = isWhole || items.length === max + 1 ? items : items.slice(0, max);
  return (
    <>
      <ul className={className}>{shown}</ul>
      {shown.length < items.length && (
        <p className="home-note faint">
          <button type="button" onClick={() => setWhole(true)}>
            Show all {items.length}
          </button>
        </p>
      )}
    </>
  );
}
