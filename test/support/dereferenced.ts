/** The parts of a schema in an OpenAPI document that tests read. */
export interface OpenApiSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly [unknown, ...unknown[]];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly items?: OpenApiSchema;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly examples?: readonly unknown[];
}

interface OpenApiMediaType {
  readonly schema: OpenApiSchema;
  readonly example?: unknown;
}

/** Schemas and examples by media type. */
type OpenApiContent = Readonly<Record<string, OpenApiMediaType>> & {
  readonly 'application/json': OpenApiMediaType;
};

interface OpenApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: OpenApiSchema;
}

interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: OpenApiParameter[];
  readonly requestBody?: { readonly content: OpenApiContent };
  readonly responses: Readonly<
    Record<string, { readonly headers: Readonly<Record<string, unknown>>; readonly content?: OpenApiContent }>
  >;
}

/** The parts of an OpenAPI document that tests read. */
export interface OpenApiDocument {
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Each path has one of these two methods. */
  readonly paths: Record<string, { readonly get: OpenApiOperation; readonly post: OpenApiOperation }>;
  readonly components: Readonly<Record<'parameters' | 'responses' | 'headers', Readonly<Record<string, unknown>>>> & {
    readonly schemas: Readonly<Record<string, OpenApiSchema>>;
    readonly securitySchemes: { readonly link: { readonly name: string } };
  };
}

/** Returns a copy of an OpenAPI document with references to parameters, responses and headers resolved. */
export function dereferenced(document: unknown): OpenApiDocument {
  const { components } = document as OpenApiDocument;
  const copyOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copyOf);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: unknown };
    const [, kind, name] = /^#\/components\/(parameters|responses|headers)\/(.*)$/.exec(String($ref)) ?? [];
    if (kind !== undefined) return copyOf(components[kind as 'parameters' | 'responses' | 'headers'][name!]);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member)]));
  };
  return copyOf(document) as OpenApiDocument;
}
