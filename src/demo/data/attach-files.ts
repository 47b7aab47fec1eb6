import type { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import type { Random } from './random.js';
import type { Row } from './rows.js';
import { type SampleFile, sampleFiles } from './sample-files.js';
import type { TaskKind } from './task-kinds/task-kind.js';

export const fileSet: readonly SampleFile[] = sampleFiles.slice(0, 7);

/** Chooses the files of a run: usually none or one, occasionally seven. */
export function chooseFiles({ attachments }: TaskKind, random: Random): readonly SampleFile[] {
  const roll = random.integer(0, 99);
  if (roll < 55) return [];
  if (roll < 90) return [random.pick(attachments)];
  return roll < 97 ? attachments : fileSet;
}

export function toFileRows(
  taskRunId: string,
  created: string,
  files: readonly SampleFile[],
  random: Random,
): Row<TaskRunFileEntity>[] {
  return files.map(({ names, contentType, bytes, direction, storageKey }, position) => ({
    taskRunId,
    position,
    name: random.pick(names),
    contentType,
    sizeBytes: bytes.length,
    direction,
    storageKey,
    created,
  }));
}
