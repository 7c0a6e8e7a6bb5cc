import type { CodegenConfig } from '@graphql-codegen/cli';
import { createHash } from 'node:crypto';

/** A key of a document: short, because the bundle holds all of them. */
const key = (document: string) => `console:${createHash('sha256').update(document).digest('base64url').slice(0, 8)}`;

const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'replaceDocumentWithHash', hashPropertyName: 'key', hashAlgorithm: key },
      },
      config: {
        scalars: { DateTime: 'string', JSON: 'unknown', PartialDate: 'string' },
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        skipTypename: true,
      },
    },
  },
};

export default config;
