// A Dockerfile as a list of stages, each of which is a list of instructions.

export interface Instruction {
  readonly name: string;
  /** The text after the name. */
  readonly text: string;
}

export interface Stage {
  readonly from: string;
  /** The stage's name; `undefined` for the one that becomes the image. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { from: string; name: string | undefined; instructions: Instruction[] }[] = [];
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  for (const line of lines) {
    const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line)!;
    const [, from, , stage] = name === 'FROM' ? /^(\S+)( AS (\S+))?$/.exec(rest!)! : [];
    if (from !== undefined) stages.push({ from, name: stage, instructions: [] });
    else stages.at(-1)!.instructions.push({ name: name!, text: rest! });
  }
  return stages;
}

/** Returns the text of a stage's instructions with this name. */
export function textsOf({ instructions }: Stage, name: string): readonly string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}

/** Returns the command that an image runs, which is the last argument of the instruction's exec form. */
export function commandIn(stage: Stage, name: 'ENTRYPOINT' | 'HEALTHCHECK'): readonly string[] {
  return JSON.parse(/\[.*\]$/.exec(textsOf(stage, name)[0]!)![0]);
}

export function environmentOf(stage: Stage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    textsOf(stage, 'ENV').flatMap((text) => text.split(' ').map((pair) => pair.split('=') as [string, string])),
  );
}

/** Parses the arguments of a COPY instruction. */
export function copyIn(text: string) {
  const words = text.split(' ');
  const from = words[0]!.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined;
  return { from, sources: words.slice(0, -1), target: words.at(-1)! };
}
