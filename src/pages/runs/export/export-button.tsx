import { lazyComponent } from '../../shared/lazy-component.js';
import type { Scope } from '../scope/scope-params.js';
import type { ExportDialogProps } from './export-dialog.js';

/** Loaded at first use. */
const ExportDialog = lazyComponent(() => import('./export-dialog.js').then((module) => module.ExportDialog));

interface ExportButtonProps extends Omit<ExportDialogProps, 'scope' | 'selected' | 'onClose'> {
  readonly scope: Scope | undefined;
  /** The runs for which the dialog is open. */
  readonly target: ExportTarget | undefined;
  readonly onChange: (target: ExportTarget | undefined) => void;
}

/** All runs of the list, or the ids of selected ones. */
export type ExportTarget = 'all' | readonly string[];

/** A button for the dialog that exports the runs of the list. */
export function ExportButton({ scope, target, onChange, ...list }: ExportButtonProps) {
  const selected = target === 'all' ? undefined : target;
  return (
    <>
      <button type="button" disabled={scope === undefined} onClick={() => onChange('all')}>
        Export
      </button>
      {target !== undefined && scope && (
        <ExportDialog {...list} scope={scope} selected={selected} onClose={() => onChange(undefined)} />
      )}
    </>
  );
}
