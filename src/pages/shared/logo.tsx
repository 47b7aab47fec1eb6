/** The gate and who has passed it: as in favicon.ico and the page's icon. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M9 9v14M15 10l10 6-10 6z" />
    </svg>
  );
}
