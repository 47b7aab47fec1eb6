import { ViewerProvider } from '../scope/viewer.js';
import { Palette, type PaletteProps } from './palette.js';

/** The palette of a page that does not know what is visible to the caller. */
export function StandalonePalette(props: PaletteProps) {
  return (
    <ViewerProvider>
      <Palette {...props} />
    </ViewerProvider>
  );
}
