import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';

interface HangUpActions {
  readonly reload: () => void;
  readonly end: (reason: string) => void;
}

/** Handles SIGHUP: ends the process if the terminal that started it has closed, and reloads otherwise. */
export function onHangUp({ reload, end }: HangUpActions): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('SIGHUP', () => {
    const closedTerminals = terminals.filter((fd) => !isatty(fd));
    if (closedTerminals.length === 0) return reload();
    // Writes to a closed terminal fail, and Node.js aborts if it cannot restore a terminal at exit.
    for (const fd of closedTerminals) {
      closeSync(fd);
      // Reuses the file descriptor that was closed.
      openSync(devNull, 'r+');
      terminals.splice(terminals.indexOf(fd), 1);
    }
    end('the terminal has gone');
  });
}
