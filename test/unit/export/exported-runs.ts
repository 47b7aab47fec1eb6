// Runs in the form that writers receive, and sources of such runs.

import type { ExportSource, SourcePage } from '../../../src/export/folder/export-folder.js';
import type { ExportKind } from '../../../src/export/run-writer.js';
import { RawJson } from '../../../src/json/raw-json.js';
import type { StoredFile, TaskRunRecord } from '../../../src/task-runs/columns/records.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';

export function runWith(values: Partial<Record<keyof TaskRunRecord, unknown>> = {}): TaskRunRecord {
  return {
    id,
    taskId: '0195d1ff-1f05-437a-95ac-6de8969cb47b',
    taskRevisionId: '0195d1ff-1f42-f14e-8b65-641baf9dc32e',
    created: '2024-01-16T13:33:25.247662Z',
    isError: false,
    llmRetries: 0,
    usedFallbackModel: true,
    primaryFailureReason: null,
    fallbackLlmModelId: null,
    userId: null,
    reportingGroupId: null,
    reference: null,
    contextId: null,
    inputTokens: 1234,
    outputTokens: 567,
    totalTokens: 1801,
    chargedCredits: '1.00',
    inputProcessorTiming: 0.00015282,
    llmCallTiming: null,
    response: new RawJson('{"a": 12345678901234567890.10, "b": "x\\ny"}'),
    runData: new RawJson('{"submitted": "ü"}'),
    ...values,
  } as unknown as TaskRunRecord;
}

export const file: StoredFile = {
  taskRunId: id,
  position: 0,
  name: 'a "quoted", name.txt',
  contentType: 'text/plain',
  sizeBytes: 3,
  direction: 'INPUT',
  storageKey: 'folder/a.txt',
  created: '2024-01-16T13:33:25.000001Z',
};

export const pageOf = (runs: readonly TaskRunRecord[], files: readonly StoredFile[] = []) => ({
  runs,
  filesByRun: new Map(files.length > 0 ? [[id, files]] : []),
});

/** For runs without values that are too large. */
export const neverUnreadable = () => {
  throw new Error('A value is too large.');
};

/** The subject of exports. */
export const subject = { kind: 'jsonl' as ExportKind, org_id: 'an org', project_id: 'a project', task_id: null };

/**
 * Creates a source of N runs in pages of three, with numbers as positions. It fails once, at the first page from
 * `failsAt`.
 */
export function sourceOf(count: number, failsAt = Number.POSITIVE_INFINITY): ExportSource & { asked: unknown[] } {
  const asked: unknown[] = [];
  let fails = failsAt;
  return {
    asked,
    readCatalogue: async () => '{"type":"project"}\n',
    watermark: async () => 'the watermark',
    async *pages({ watermark, from, limit }): AsyncGenerator<SourcePage> {
      asked.push([watermark, from, limit]);
      const start = (from as number | null) ?? 0;
      const end = Math.min(count, start + limit);
      for (let position = start; position < end; ) {
        if (position >= fails) {
          fails = Number.POSITIVE_INFINITY;
          throw new Error('The database has gone.');
        }
        const runs = Array.from({ length: Math.min(3, end - position) }, (_, index) =>
          runWith({ inputTokens: position + index }),
        );
        position += runs.length;
        yield { ...pageOf(runs), position };
      }
    },
  };
}
