import { lazyComponent } from '../../shared/lazy-component.js';
import type { TaskRunFilter } from '../operations.js';
import type { Scope } from '../scope/scope.js';

/** Loaded at its first use. */
const ExportDialog = lazyComponent(() => import('./export-dialog.js').then((module) => module.ExportDialog));

interface ExportButtonProps {
  readonly scope: Scope | undefined;
  readonly filter: TaskRunFilter;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}

/** Leads to a dialog that exports the runs of the list. */
export function ExportButton({ scope, filter, isOpen, onToggle }: ExportButtonProps) {
  return (
    <>
      <button type="button" disabled={scope === undefined} onClick={() => onToggle(true)}>
        Export
      </button>
      {isOpen && scope && <ExportDialog scope={scope} filter={filter} onClose={() => onToggle(false)} />}
    </>
  );
}
