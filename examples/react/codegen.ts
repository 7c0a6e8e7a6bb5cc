import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  // Elsewhere, write the file with `liaison schema > schema.graphql`: introspection over the network needs a login.
  schema: '../../schema.graphql',
  documents: 'src/operations.graphql',
  generates: {
    'src/generated.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: { scalars: { DateTime: 'string', JSON: 'unknown', PartialDate: 'string' }, strictScalars: true, useTypeImports: true },
    },
  },
};

export default config;
