import type { CodegenConfig } from '@graphql-codegen/cli';

const scalars = { DateTime: 'string', JSON: 'unknown', PartialDate: 'string' };

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: 'codegen/documents/*.graphql',
  generates: {
    'codegen/generated/types.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: { scalars, strictScalars: true, useTypeImports: true },
    },
    // With the map of its documents, which a server can be told to trust.
    'codegen/generated/client/': {
      preset: 'client',
      presetConfig: { persistedDocuments: true },
      config: { scalars, strictScalars: true, useTypeImports: true },
    },
  },
};

export default config;
