import { writeSync } from 'node:fs';

/** Where it cannot be printed, as on a full disk, the gateway serves all the same. */
export function printGreeting(greeting: string): void {
  try {
    writeSync(process.stdout.fd, greeting);
  } catch {
    // Nobody can be told, either.
  }
}
