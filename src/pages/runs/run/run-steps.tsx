interface RunStepsProps {
  /** The address of the list. */
  readonly list: string;
  readonly newer: string | undefined;
  readonly older: string | undefined;
  /** Whether the runs are ordered by time, newest first. */
  readonly isByTime: boolean;
}

/** Links to the list from which a run was opened, and to the adjacent runs there. */
export function RunSteps({ list, newer, older, isByTime }: RunStepsProps) {
  return (
    <nav className="steps screen-only" aria-label="Runs of the list">
      <a className="as-button" href={list}>
        All runs
      </a>
      <Step address={newer}>← {isByTime ? 'Newer' : 'Previous'}</Step>
      <Step address={older}>{isByTime ? 'Older' : 'Next'} →</Step>
    </nav>
  );
}

function Step({ address, children }: { readonly address: string | undefined; readonly children: React.ReactNode }) {
  return address === undefined ? (
    <span className="as-button" aria-disabled="true">
      {children}
    </span>
  ) : (
    <a className="as-button" href={address}>
      {children}
    </a>
  );
}
