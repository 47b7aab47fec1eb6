import type { JsonColumns } from '../database/json-object.js';
import type { RawJson } from '../json/raw-json.js';
import { toRawJson } from './json-pick.js';
import { momentOfJson } from './moment.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { RunPart, type RunParts } from './run-parts.js';
import { filesOfRun, type Relations } from './run-relations.js';
import type { ScopePath } from './run-scope.js';

/** The runs of one task as one array for each of their properties that were read. */
export interface PageColumns {
  readonly path: ScopePath & { readonly taskId: string };
  readonly parts: RunParts;
  readonly values: JsonColumns<TaskRunRecord>;
  /** JSON texts. */
  readonly response: readonly string[] | undefined;
  readonly runData: readonly string[] | undefined;
  readonly submitted: readonly string[] | undefined;
  readonly relations: Relations;
}

/**
 * One of them. Pages have a hundred runs of which a few properties are looked at once: an object of its own for each run
 * would cost more than all the looking. Looking at a small property that was not read throws; JSON that was not asked for
 * is null.
 */
export class RunInColumns implements TaskRunRecord {
  #files: readonly TaskRunFileRecord[] | undefined;

  constructor(
    private readonly columns: PageColumns,
    private readonly index: number,
  ) {}

  get id(): string {
    return this.columns.values.id![this.index]!;
  }
  get orgId(): string {
    return this.columns.path.orgId;
  }
  get projectId(): string {
    return this.columns.path.projectId;
  }
  get taskId(): string {
    return this.columns.path.taskId;
  }
  get taskRevisionId(): string {
    return this.columns.values.taskRevisionId![this.index]!;
  }
  get created(): string {
    return momentOfJson(this.columns.values.created![this.index]!);
  }
  get inputTokens(): number {
    return this.columns.values.inputTokens![this.index]!;
  }
  get outputTokens(): number {
    return this.columns.values.outputTokens![this.index]!;
  }
  get totalTokens(): number {
    return this.columns.values.totalTokens![this.index]!;
  }
  get inputProcessorTiming(): number | null {
    return this.columns.values.inputProcessorTiming![this.index]!;
  }
  get llmCallTiming(): number | null {
    return this.columns.values.llmCallTiming![this.index]!;
  }
  get chargedCredits(): string | null {
    return this.columns.values.chargedCredits![this.index]!;
  }
  get isError(): boolean {
    return this.columns.values.isError![this.index]!;
  }
  get llmRetries(): number {
    return this.columns.values.llmRetries![this.index]!;
  }
  get usedFallbackModel(): boolean {
    return this.columns.values.usedFallbackModel![this.index]!;
  }
  get primaryFailureReason(): string | null {
    return this.columns.values.primaryFailureReason![this.index]!;
  }
  get fallbackLlmModelId(): string | null {
    return this.columns.values.fallbackLlmModelId![this.index]!;
  }
  get userId(): string | null {
    return this.columns.values.userId![this.index]!;
  }
  get reportingGroupId(): string | null {
    return this.columns.values.reportingGroupId![this.index]!;
  }
  get reference(): string | null {
    return this.columns.values.reference![this.index]!;
  }
  get contextId(): string | null {
    return this.columns.values.contextId![this.index]!;
  }
  get response(): RawJson | null {
    return toRawJson(this.columns.response?.[this.index]);
  }
  get runData(): RawJson | null {
    return toRawJson(this.columns.runData?.[this.index]);
  }
  get submitted(): RawJson | null {
    return toRawJson(this.columns.submitted?.[this.index]);
  }
  get responseBytes(): number | null {
    return this.columns.values.responseBytes?.[this.index] ?? null;
  }
  get reportingGroup(): ReportingGroupRecord | null | undefined {
    const { parts, relations } = this.columns;
    if (!(parts & RunPart.reportingGroup)) return undefined;
    return relations.groupById.get(this.reportingGroupId!) ?? null;
  }
  get files(): readonly TaskRunFileRecord[] | undefined {
    const { parts, relations } = this.columns;
    if (!(parts & RunPart.files)) return undefined;
    // The same objects each time: what is found out about a file is remembered by its object.
    this.#files ??= filesOfRun(this, relations);
    return this.#files;
  }
}
