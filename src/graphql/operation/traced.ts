// Executes operations for federated gateways that request a trace. A trace consists of graphql-js' resolver calls. Its
// hooks cannot be removed from a schema, so these operations have a separate schema, created for the first of them.

import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { GraphQLSchema } from 'graphql';
import { addCostExtension } from '../../admission/cost-report.js';
import type { GatewayContext } from '../context.js';
import { recordError } from '../errors/record-error.js';
import { limitErrors, type ServerOptions, silentPlugins } from './apollo.js';
import type { HideSuggestions } from './introspection.js';
import type { OperationRequest } from './operation-transport.js';
import type { OperationResponse, ResponseWriter } from './response.js';

export const traceHeader = 'apollo-federation-include-trace';
/** The only header value that requests a trace. */
export const traceFormat = 'ftv1';

interface TracedOptions {
  readonly createSchema: () => Promise<GraphQLSchema>;
  readonly server: ServerOptions;
  readonly hideSuggestions: HideSuggestions;
  readonly responses: Pick<ResponseWriter, 'toResponse'>;
}

export class TracedExecution {
  #server: Promise<ApolloServer<GatewayContext>> | undefined;

  constructor(private readonly options: TracedOptions) {}

  /** Executes an admitted operation, and presents the result, which includes the trace as an extension. */
  async execute({ operation, variables, context }: OperationRequest): Promise<OperationResponse> {
    this.#server ??= this.#start();
    const server = await this.#server;
    const { body } = await server.executeOperation(
      {
        query: operation.document.loc!.source.body,
        ...(operation.node.name && { operationName: operation.node.name.value }),
        ...(variables && { variables }),
        http: { method: 'POST', headers: new HeaderMap([[traceHeader, traceFormat]]), search: '', body: null },
      },
      { contextValue: context },
    );
    if (body.kind !== 'single') throw new Error('Unexpected incremental response.');
    const { errors, data, extensions } = body.singleResult;
    const result = {
      ...(errors && { errors }),
      ...(data !== undefined && { data }),
      ...(extensions && { extensions }),
    };
    return this.options.responses.toResponse(result, context);
  }

  async stop(): Promise<void> {
    await (await this.#server)?.stop();
  }

  async #start(): Promise<ApolloServer<GatewayContext>> {
    const { createSchema, server, hideSuggestions } = this.options;
    const apollo = new ApolloServer<GatewayContext>({
      ...server,
      schema: await createSchema(),
      plugins: [
        presentErrors(hideSuggestions),
        // Masks error messages in the trace.
        ApolloServerPluginInlineTrace({ includeErrors: { masked: true } }),
        ...silentPlugins(),
      ],
    });
    await apollo.start();
    return apollo;
  }
}

/** Records errors, and presents the result as the executor does. */
function presentErrors(hideSuggestions: HideSuggestions): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      async didEncounterErrors({ errors, contextValue }) {
        await hideSuggestions(errors, contextValue);
        for (const error of errors) recordError(error, contextValue);
      },
      async willSendResponse({ response: { body }, contextValue }) {
        if (body.kind !== 'single') return;
        body.singleResult = addCostExtension(body.singleResult, contextValue);
        limitErrors(body.singleResult);
      },
    }),
  };
}
