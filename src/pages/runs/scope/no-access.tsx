/** Explains to a caller without any role why nothing is shown. */
export function NoAccess() {
  return (
    <p className="notice">
      The owner of this token has no role on any organization, project or task. Whoever runs the gateway grants one with{' '}
      <code>task-run-gateway grant</code>.
    </p>
  );
}
