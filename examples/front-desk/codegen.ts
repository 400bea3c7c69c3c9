import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for every operation of the page, made from the server's published schema. Paths are from the project's root. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'examples/front-desk/src/**/*.ts',
  ignoreNoDocuments: false,
  generates: {
    'examples/front-desk/src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { UUID: 'string', DateTime: 'string', LocalDate: 'string', Decimal: 'string', MinorUnits: 'number' },
      },
    },
  },
};

export default config;
