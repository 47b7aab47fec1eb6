// The colours that were chosen in this browser. The attribute `data-theme` selects them in style sheets.

/** An empty choice follows the system. */
export type Theme = '' | 'light' | 'dark';

const themeKey = 'task-runs:theme';

export function chosenTheme(): Theme {
  return (document.documentElement.dataset.theme ?? '') as Theme;
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(themeKey, theme);
  } catch {
    // Without storage, it applies to this page.
  }
}

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Returns the colours in which the page is shown. */
export function shownTheme(): Exclude<Theme, ''> {
  return chosenTheme() || (systemIsDark.matches ? 'dark' : 'light');
}

/** Calls a function when the page's colours change. Returns a function that ends this. */
export function subscribeToTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  systemIsDark.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    systemIsDark.removeEventListener('change', onChange);
  };
}
