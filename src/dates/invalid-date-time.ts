/** What is wrong with a date and time, as the rest of a sentence: "its month must be from 01 to 12". */
export class InvalidDateTime extends Error {
  /** @param isWellFormed whether it has the form of a date and time, and names none that exists */
  constructor(
    message: string,
    readonly isWellFormed: boolean,
  ) {
    super(message);
  }
}

export function malformed(message: string): InvalidDateTime {
  return new InvalidDateTime(message, false);
}

export function nonexistent(message: string): InvalidDateTime {
  return new InvalidDateTime(message, true);
}

/** @throws InvalidDateTime naming the range */
export function assertRange(name: string, digits: string, min: string, max: string): void {
  if (digits < min || digits > max) throw nonexistent(`its ${name} must be from ${min} to ${max}`);
}
