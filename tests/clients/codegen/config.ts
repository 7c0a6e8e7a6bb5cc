import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: 'codegen/documents/*.graphql',
  generates: {
    'codegen/generated/types.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: { scalars: { DateTime: 'string', JSON: 'unknown' }, strictScalars: true, useTypeImports: true },
    },
  },
};

export default config;
