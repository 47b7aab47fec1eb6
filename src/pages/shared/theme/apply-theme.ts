// A separate script that runs before a page is drawn, so that no page flashes in other colours than the chosen ones. It
// imports nothing, because it is not a module.

function applyTheme(): void {
  try {
    // The key of theme.ts.
    document.documentElement.dataset.theme = localStorage.getItem('task-runs:theme') ?? '';
  } catch {}
}

applyTheme();
// Another tab has changed it.
addEventListener('storage', applyTheme);
