import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'operations/*.graphql',
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Strings that must stay strings: decimals, 64-bit sums, and times with microseconds.
        scalars: {
          ID: 'string',
          UUID: 'string',
          DateTime: 'string',
          Decimal: 'string',
          BigInt: 'string',
          JSON: '../json.js#Json',
        },
        defaultScalarType: 'never',
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
      },
    },
  },
};

export default config;
