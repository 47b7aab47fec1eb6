import { store, useStored } from '../stored.js';

export interface ComparisonOptions {
  /** Whether the two sides of a difference are columns. */
  readonly isParallel: boolean;
  /** Whether equal figures and values are left out. */
  readonly isOnlyDifferent: boolean;
}

const key = 'task-runs:comparison';
const initial: ComparisonOptions = { isParallel: false, isOnlyDifferent: false };

/** Returns the options that this browser remembers. */
export function useComparisonOptions(): ComparisonOptions {
  return useStored(key, isOptions) ?? initial;
}

function isOptions(value: unknown): value is ComparisonOptions {
  const { isParallel, isOnlyDifferent } = (value ?? {}) as Partial<ComparisonOptions>;
  return typeof isParallel === 'boolean' && typeof isOnlyDifferent === 'boolean';
}

interface ComparisonSwitchesProps {
  readonly options: ComparisonOptions;
}

/** Switches between the forms of a comparison. */
export function ComparisonSwitches({ options }: ComparisonSwitchesProps) {
  const set = (changes: Partial<ComparisonOptions>) => store(key, { ...options, ...changes });
  return (
    <div className="row comparison-switches screen-only">
      <fieldset className="row segments">
        <legend className="visually-hidden">Differences</legend>
        <button type="button" aria-pressed={!options.isParallel} onClick={() => set({ isParallel: false })}>
          Inline
        </button>
        <button type="button" aria-pressed={options.isParallel} onClick={() => set({ isParallel: true })}>
          Side by side
        </button>
      </fieldset>
      <label className="row">
        <input
          type="checkbox"
          checked={options.isOnlyDifferent}
          onChange={({ target }) => set({ isOnlyDifferent: target.checked })}
        />
        Only differences
      </label>
    </div>
  );
}
