/** The first stop of the Tab key. It moves the focus past the header and, in the list, past its filters. */
export function SkipLink() {
  return (
    <button type="button" className="skip-link card" onClick={skip}>
      Skip to content
    </button>
  );
}

function skip(): void {
  const main = document.querySelector('main');
  const row = main?.querySelector<HTMLElement>('.row-link');
  // Otherwise the focus could not move to it.
  if (main && !row) main.tabIndex = -1;
  (row ?? main)?.focus();
}
