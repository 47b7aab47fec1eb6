// Estimates what operations cost, and rejects those that their callers may not or cannot pay.

import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import { explainCost } from '../../admission/cost-report.js';
import { CostFormula } from '../../admission/estimate.js';
import type { ScopeSizes } from '../../admission/scope-size.js';
import type { Config } from '../../config/config.js';
import type { Executor } from '../execution/executor.js';
import type { PlannedOperation } from '../execution/planned-operation.js';
import type { Documents } from './documents.js';
import { dryRun } from './dry-run.js';
import type { OperationRequest } from './operation-port.js';
import type { OperationResponse, ResponseWriter } from './response.js';

interface AdmissionOptions {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly documents: Pick<Documents, 'updateSize'>;
  readonly responses: ResponseWriter;
  readonly costMode: Config['costMode'];
  readonly scopeSizes: ScopeSizes;
}

export class Admission {
  constructor(private readonly options: AdmissionOptions) {}

  /** Returns the response to an operation that must not be executed; null for any other. */
  reject(request: OperationRequest): OperationResponse | null | Promise<OperationResponse | null> {
    const { responses } = this.options;
    const fail = (error: unknown) => responses.reject(error, request.context);
    try {
      return this.#admit(request)?.then(() => null, fail) ?? null;
    } catch (error) {
      return fail(error);
    }
  }

  /** Responds with the cost of the operation instead of its result. */
  async explain({ operation, variables, context }: OperationRequest): Promise<OperationResponse> {
    const { executor, responses, scopeSizes: sizes } = this.options;
    let processorMs = 0;
    const isStream = operation.node.operation === OperationTypeNode.SUBSCRIPTION;
    const statements = isStream
      ? null
      : await dryRun(context, async (contextValue) => {
          ({ processorMs } = await executor.execute({ operation, variables, contextValue }));
        });
    const formula = this.#formulaOf(operation);
    const explanation = {
      requestedQueryCost: formula.estimate(variables, sizes),
      mostExpensive: formula.mostExpensive(variables, sizes),
      statements,
    };
    return responses.write({ result: explainCost(explanation, context.cost), processorMs }, context);
  }

  /** @throws GatewayError COST_ESTIMATED_TOO_EXPENSIVE or RATE_LIMITED for an operation that must not be executed */
  #admit({ operation, variables, context: { costReport, cost } }: OperationRequest): void | Promise<void> {
    const { costMode, scopeSizes: sizes } = this.options;
    if (costMode === 'off') return;
    // A caller without points gets no cost estimate either.
    if (costReport === 'instead') return cost.admit(0);
    const formula = this.#formulaOf(operation);
    return cost.admit(formula.estimate(variables, sizes), () => formula.mostExpensive(variables, sizes));
  }

  /** Returns the formula of an operation's cost, which is kept with its plans. */
  #formulaOf(operation: PlannedOperation): CostFormula {
    if (operation.cost === undefined) {
      operation.cost = new CostFormula(this.options.schema, operation.document, operation.node);
      this.options.documents.updateSize(operation.document);
    }
    return operation.cost;
  }
}
