// Executes the operation of a tool or resource, and fits its response into the budget.

import type { ChargedWork } from '../admission/charged-work.js';
import type { RestEstimator } from '../admission/rest-estimate.js';
import { catalogue, type Reason } from '../errors/catalogue.js';
import type { ErrorDetails } from '../errors/error-details.js';
import { GatewayError } from '../errors/gateway-error.js';
import { orNot, validationFailed } from '../errors/validation.js';
import type { GatewayContext } from '../graphql/context.js';
import { EventStream } from '../graphql/operation/event-stream.js';
import { otherProtocol } from '../graphql/operation/operation-transport.js';
import type { Operations } from '../graphql/operation/operations.js';
import { stringifyJson } from '../json/raw-json.js';
import type { Report, ReportInput } from '../task-runs/reports/report.service.js';
import type { Period } from '../task-runs/statistics/previous-period.js';
import type { FittedResult, ResultBudget } from './fit-result.js';
import { type MergedError, mergeErrors } from './merge-errors.js';
import type { ToolResponse } from './refine.js';
import { linksOf, type RunLink } from './run-links.js';
import { hasVariable, type RunTool } from './tools.js';
import { parsePiece, pieceAt } from './value-presenter.js';

type Arguments = Readonly<Record<string, unknown>>;

export interface CalledTool extends FittedResult {
  readonly links: readonly RunLink[];
  readonly isError: boolean;
}

interface ToolCallOptions {
  readonly context: GatewayContext;
  /** The work on the message, excluding its operations. */
  readonly work: ChargedWork;
  readonly operations: Operations;
  readonly budget: ResultBudget;
  readonly estimator: Pick<RestEstimator, 'findings'>;
}

export class ToolCall {
  constructor(
    private readonly runTool: RunTool,
    private readonly options: ToolCallOptions,
  ) {}

  /**
   * Returns the tool's result.
   * @throws GatewayError for arguments that the tool does not accept, for a result of which no item fits, and with
   * AUDIT_UNAVAILABLE
   */
  run(given: Arguments): Promise<CalledTool> {
    return this.#run(given).catch((error) => this.rejectAudited(this.runTool.tool.name, error));
  }

  async #run(given: Arguments): Promise<CalledTool> {
    const { tool, isPiecewise, isSliceable, byId, refinement } = this.runTool;
    this.#assertKnown(given);
    const { offset, length, ...others } = given;
    const { budget, context, work } = this.options;
    const values = isPiecewise || isSliceable ? others : given;
    const periodOf = (period: ReportInput) => context.services.reports.periodOf(period);
    const variables = refinement?.toVariables?.(values, periodOf) ?? values;
    const isByIdOnly = byId && Object.keys(variables).every((name) => hasVariable(byId, name));
    const operationName = isByIdOnly ? byId.name!.value : tool.name;
    const executed = await this.execute(operationName, variables);
    const start = isSliceable ? parseOffset(offset) : 0;
    const shown = { start, end: start + budget.maxItems };
    const execute = (name: string, values: Arguments) => this.execute(name, values);
    const response = refinement
      ? await refinement.refine(executed, {
          variables,
          execute,
          report: (input) => this.#report(input),
          shown,
          audit: context.audit,
          work,
        })
      : executed;
    // A refinement may have executed other operations in the meantime.
    context.request.operationName = operationName;
    const result = withMergedErrors(response);
    const fitted = isPiecewise
      ? this.#fitPiece(result, parsePiece({ offset, length }))
      : isSliceable
        ? budget.slice(result, start)
        : await this.#fitPage(operationName, variables, result);
    if (fitted === null) throw new GatewayError('VALIDATION_FAILED', {}, { message: budget.tooSmall });
    await this.audit(tool.name, fitted.text);
    return {
      ...fitted,
      links: budget.fittingLinks(fitted, linksOf(response.data, fitted.isReduced)),
      isError: Object.values(response.data ?? {}).every((value) => value === null),
    };
  }

  /** Executes an operation of the tool's document. */
  async execute(operationName: string, variables: Arguments): Promise<ToolResponse> {
    const { context, operations, work } = this.options;
    const transport = {
      ...otherProtocol,
      ownDocument: this.runTool.document,
      context,
      entry: null,
      streamTransport: () => null,
    };
    const response = await work.waitFor(() => operations.respond({ operationName, variables }, transport));
    if (response instanceof EventStream) throw new Error('A tool is a query.');
    return response.result as ToolResponse;
  }

  /** Reads a report at the cost of the REST API. */
  #report(input: ReportInput): Promise<Report> {
    const { context, work, estimator } = this.options;
    const admit = (filter: Period) => context.budget.cost.admit(estimator.findings({ ...input, filter }));
    return work.waitFor(() => context.services.reports.report(input, admit));
  }

  /**
   * Returns the JSON text of a run's value. Errors of its fields become its `errors` member.
   * @throws GatewayError if there is no value
   */
  async readValue(operation: string, id: string, valueIn: (data: object) => unknown): Promise<string> {
    const { data, errors = [] } = await this.execute(operation, { id });
    const value = data && valueIn(data);
    const merged = mergeErrors(errors);
    if (value == null && merged.length > 0) throw toGatewayError(merged[0]!);
    if (value === undefined) throw validationFailed(['uri'], 'must have the id of a run');
    if (merged.length === 0) return stringifyJson(value);
    return stringifyJson({ ...value, errors: merged });
  }

  /** Records a response before it is sent. @throws GatewayError AUDIT_UNAVAILABLE if it must not be sent */
  async audit(operation: string, text: string): Promise<void> {
    const { audit } = this.options.context;
    await this.#untilRecorded(() => audit?.record({ entry: 'mcp', operation, bytes: Buffer.byteLength(text) }));
  }

  /**
   * Throws an error. If the error may depend on payload, records it first.
   * @throws GatewayError AUDIT_UNAVAILABLE if the original error must not be sent
   */
  async rejectAudited(operation: string, error: unknown): Promise<never> {
    const { audit } = this.options.context;
    await this.#untilRecorded(() => audit?.recordError(error, { entry: 'mcp', operation }));
    throw error;
  }

  async #untilRecorded(record: () => Promise<void> | undefined): Promise<void> {
    const { context, work } = this.options;
    try {
      await work.waitFor(record);
    } catch (error) {
      if (error instanceof GatewayError) context.request.recordError(error);
      throw error;
    }
  }

  #assertKnown(given: Arguments): void {
    const { properties = {} } = this.runTool.tool.inputSchema;
    const unknown = Object.keys(given).filter((name) => !Object.hasOwn(properties, name));
    if (unknown.length === 0) return;
    const names = Object.keys(properties).join(', ') || 'none';
    const message = `Unknown argument ${unknown.join(', ')}. The arguments are ${names}.`;
    throw new GatewayError('VALIDATION_FAILED', {}, { message });
  }

  #fitPiece(result: object, { offset, length }: ReturnType<typeof parsePiece>): FittedResult | null {
    return this.options.budget.piece(result, length, (shorter) => pieceAt({ offset, length: shorter }));
  }

  /** Reads fewer items if a page does not fit. Its cursor then is that of the last item that fits. */
  async #fitPage(operationName: string, variables: Arguments, whole: object): Promise<FittedResult | null> {
    const { budget, context } = this.options;
    let result = whole;
    const requested = itemsOf(result)?.length ?? 0;
    for (let first = requested, isFirstTry = true; ; isFirstTry = false) {
      const page = pageOf(result);
      const cursor = page?.pageInfo.endCursor;
      const left = first < requested && cursor ? budget.leftAfterPage(first, requested, cursor) : undefined;
      const fitted = budget.shorten(result, left);
      if (fitted !== null || page === undefined || first <= 1) return fitted;
      const fitting = budget.countFitting(result, first);
      // The first attempt uses an estimate. Later ones halve the page, because each attempt reads it again.
      first = isFirstTry ? fitting : Math.min(fitting, Math.ceil(first / 2));
      context.audit?.discard();
      result = withMergedErrors(await this.execute(operationName, { ...variables, first }));
    }
  }
}

/** Returns the error that corresponds to one of an operation's errors, which was recorded with the operation. */
function toGatewayError({ message, extensions: { reason, retryAfter, requestId } = {} }: MergedError): GatewayError {
  const known = Object.hasOwn(catalogue, String(reason)) ? (reason as Reason) : 'VALIDATION_FAILED';
  return new GatewayError(known, { retryAfter, requestId } as ErrorDetails, { message });
}

function parseOffset(offset: unknown = 0): number {
  if (Number.isSafeInteger(offset) && (offset as number) >= 0) return offset as number;
  throw validationFailed(['offset'], `must be a non-negative integer${orNot(offset)}`);
}

/** Returns the response with its errors first, so that the result contains them even if it is shortened. */
function withMergedErrors({ errors, ...response }: ToolResponse): object {
  return { ...(errors && { errors: mergeErrors(errors) }), ...response };
}

interface Page {
  readonly pageInfo: { readonly endCursor?: string | null };
  readonly nodes?: readonly unknown[];
  readonly edges?: readonly unknown[];
}

/** Returns the page of a result that contains exactly one. */
function pageOf(result: { readonly data?: object | null }): Page | undefined {
  const pages = Object.values(result.data ?? {}).filter((value): value is Page => Boolean(value?.pageInfo));
  return pages.length === 1 ? pages[0] : undefined;
}

function itemsOf(result: object): readonly unknown[] | undefined {
  const page = pageOf(result);
  return page?.nodes ?? page?.edges;
}
