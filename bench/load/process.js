import { fork } from 'node:child_process';

/**
 * Starts one process for the whole load of a benchmark, so that it is as warm for the last contestant as for the first.
 * @returns {{ run: (order: object, onProgress?: (responses: number) => void) => Promise<object>, stop: () => void }}
 */
export function startLoad() {
  const child = fork(new URL('./generator.js', import.meta.url), { execArgv: [] });
  return {
    run(order, onProgress) {
      return new Promise((resolve, reject) => {
        const onExit = () => reject(new Error('the load process ended'));
        const onMessage = ({ result, error, progress }) => {
          if (progress !== undefined) return onProgress?.(progress);
          child.off('message', onMessage);
          child.off('exit', onExit);
          if (error) reject(new Error(error));
          else resolve(result);
        };
        child.on('message', onMessage);
        child.once('exit', onExit);
        child.send(order);
      });
    },
    stop: () => child.disconnect(),
  };
}
