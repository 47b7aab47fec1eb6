import './run-status.css';

export interface Outcome {
  readonly isError: boolean;
  readonly usedFallbackModel?: boolean;
}

/** Shows the status in words as well as in colour. */
export function RunStatus({ isError, usedFallbackModel = false }: Outcome) {
  const [name, word] = isError
    ? (['bad', 'Failed'] as const)
    : usedFallbackModel
      ? (['warn', 'Fallback'] as const)
      : (['good', 'Succeeded'] as const);
  return <span className={`run-status chip ${name}`}>{word}</span>;
}

/** Shows the status in a row of many, where only runs that need attention stand out. */
export function StatusMark(outcome: Outcome) {
  if (outcome.isError || outcome.usedFallbackModel) return <RunStatus {...outcome} />;
  return (
    <span className="run-status dot success" title="Succeeded">
      <span className="visually-hidden">Succeeded</span>
    </span>
  );
}
