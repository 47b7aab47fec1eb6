import { lazyComponent } from '../shared/lazy-component.js';
import { HeaderTools } from './header-tools.js';

const StandalonePalette = lazyComponent(() =>
  import('./palette/standalone-palette.js').then((module) => module.StandalonePalette),
);

const noParams = new URLSearchParams();

/** The header's tools on pages that are not about runs. */
export function StandaloneHeaderTools() {
  return <HeaderTools params={noParams} Palette={StandalonePalette} open={openDocument} />;
}

function openDocument(url: string): void {
  location.assign(url);
}
