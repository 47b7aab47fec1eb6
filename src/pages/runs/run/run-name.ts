import { formatTime } from '../../shared/format/format-time.js';
import type { Run } from '../operations.js';

/** Returns the reference of a run, or its time. */
export function nameOf({ reference, created }: Pick<Run, 'reference' | 'created'>): string {
  return reference ?? formatTime(created);
}

/** Returns the title for tabs and the browser history; `undefined` while the run is loading. */
export function documentTitleOf(run: Run | undefined): string {
  if (run === undefined) return 'Run';
  return `${nameOf(run)}${run.isError ? ', failed' : ''} · ${run.task.name ?? 'Run'}`;
}

/** Returns the names of a run's organization and project. */
export function placeOf({ organization, project }: Pick<Run, 'organization' | 'project'>): string {
  return [organization.name, project.name].filter((name) => name !== null).join(' / ');
}
