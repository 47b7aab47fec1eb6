import { useEffect, useRef, useState } from 'react';
import type { Format } from './export-request.js';
import { type ExportProgress, saveExport } from './save-export.js';

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' | 'done'; readonly progress: ExportProgress }
  | { readonly kind: 'failed'; readonly error: unknown };

/** An export that runs in the open dialog, and stops when the dialog is closed. */
export interface RunningExport {
  readonly state: ExportState;
  start(): void;
  stop(): void;
}

/**
 * Saves chunks to a file when it is started.
 * @param chunks yields the bytes of the file
 */
export function useExport(
  fileName: string,
  format: Format,
  chunks: (signal: AbortSignal) => AsyncIterable<Uint8Array<ArrayBuffer>>,
): RunningExport {
  const controller = useRef<AbortController>(undefined);
  const [state, setState] = useState<ExportState>({ kind: 'idle' });
  useEffect(() => () => controller.current?.abort(), []);
  const start = async () => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setState({ kind: 'running', progress: { bytes: 0, rows: undefined } });
    try {
      const progress = await saveExport(
        { name: fileName, format },
        () => chunks(signal),
        (progressSoFar) => setState({ kind: 'running', progress: progressSoFar }),
      );
      setState(progress === undefined ? { kind: 'idle' } : { kind: 'done', progress });
    } catch (error) {
      if (!signal.aborted) setState({ kind: 'failed', error });
    }
  };
  const stop = () => {
    controller.current?.abort();
    setState({ kind: 'idle' });
  };
  return { state, start, stop };
}
