import { demoId } from './ids.js';

/** Subjects that may read different parts of the demo, according to the grants in `demo-grants.ts`. */
export const demoSubjects = {
  /** Owns the first organization. */
  owner: demoId('subject/owner'),
  /** Edits the first organization's first project. */
  editor: demoId('subject/editor'),
  /** Views the first organization's first project. */
  viewer: demoId('subject/viewer'),
  /** Views the first organization, which as a whole views the second organization's first project. */
  member: demoId('subject/member'),
  /** Views one task, that of `demoPlaces.richRun`. */
  taskViewer: demoId('subject/task-viewer'),
  /** Views one task whose runs are visible only to owners, and executed some of them. */
  executor: demoId('subject/executor'),
  /** Has no grant at all. */
  stranger: demoId('subject/stranger'),
} as const;

/** A short description of the runs that each subject may read. */
export const demoAccess: Readonly<Record<keyof typeof demoSubjects, string>> = {
  owner: 'all runs of Harbor Insurance, and of two tasks in Storefront',
  editor: 'all runs of three tasks in Claims intake',
  viewer: 'all runs of two tasks in Claims intake',
  member: 'all runs of four tasks of Harbor Insurance, and of two in Storefront',
  taskViewer: 'all runs of one task, Support triage in Claims intake',
  executor: 'its own runs of one task, Translation in Claims intake',
  stranger: 'nothing',
};

/** Returns `undefined` for an unknown name. */
export function idOfDemoSubject(name: string): string | undefined {
  return Object.hasOwn(demoSubjects, name) ? demoSubjects[name as keyof typeof demoSubjects] : undefined;
}
