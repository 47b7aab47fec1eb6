// Decides which operations are executed: those that their callers may execute and, according to a cost estimate, can
// pay for, provided that their introspection is allowed.

import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import { explainCost } from '../../admission/cost-report.js';
import { CostFormula } from '../../admission/estimate.js';
import type { ScopeSizes } from '../../admission/scope-size.js';
import type { Config } from '../../config/config.js';
import { andThen, type MaybePromise } from '../../maybe-promise.js';
import type { Executor } from '../execution/executor.js';
import type { PlannedOperation } from '../execution/planned-operation.js';
import type { Documents } from './documents.js';
import { dryRun } from './dry-run.js';
import type { RejectIntrospection } from './introspection.js';
import type { OperationRequest } from './operation-transport.js';
import type { OperationResponse, ResponseWriter } from './response.js';

interface AdmissionOptions {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly documents: Pick<Documents, 'updateSize'>;
  readonly responses: ResponseWriter;
  readonly costMode: Config['costMode'];
  readonly scopeSizes: ScopeSizes;
  readonly rejectIntrospection: RejectIntrospection;
}

export class Admission {
  constructor(private readonly options: AdmissionOptions) {}

  /**
   * Returns the response to an operation that is not executed, either an error or its cost. Returns null for all other
   * operations.
   */
  admit(request: OperationRequest): MaybePromise<OperationResponse | null> {
    const { responses, rejectIntrospection } = this.options;
    const { operation, context } = request;
    return andThen(this.#rejectByCost(request), (rejection) => {
      if (rejection !== null) return rejection;
      if (context.costReport === 'instead') return this.#explain(request);
      return andThen(rejectIntrospection(operation.document, context), (error) =>
        error === null ? null : responses.reject(error, context),
      );
    });
  }

  #rejectByCost(request: OperationRequest): MaybePromise<OperationResponse | null> {
    const reject = (error: unknown) => this.options.responses.reject(error, request.context);
    try {
      return andThen(this.#charge(request), () => null, reject);
    } catch (error) {
      return reject(error);
    }
  }

  /** Responds with the operation's cost instead of its result. */
  async #explain({ operation, variables, context }: OperationRequest): Promise<OperationResponse> {
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
    return responses.write({ result: explainCost(explanation, context.budget.cost), processorMs }, context);
  }

  /** @throws GatewayError COST_ESTIMATED_TOO_EXPENSIVE or RATE_LIMITED for an operation that must not be executed */
  #charge({ operation, variables, context: { costReport, budget } }: OperationRequest): MaybePromise<void> {
    const { costMode, scopeSizes: sizes } = this.options;
    if (costMode === 'off') return;
    // A caller without points gets no cost estimate either.
    if (costReport === 'instead') return budget.cost.admit(0);
    const formula = this.#formulaOf(operation);
    return budget.cost.admit(formula.estimate(variables, sizes), () => formula.mostExpensive(variables, sizes));
  }

  /** Returns an operation's cost formula, which is kept with its plans. */
  #formulaOf(operation: PlannedOperation): CostFormula {
    if (operation.cost === undefined) {
      operation.cost = new CostFormula(this.options.schema, operation.document, operation.node);
      this.options.documents.updateSize(operation.document);
    }
    return operation.cost;
  }
}
