// Replaces each built file by its compressed forms: the binary embeds them and serves them as they are.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// The best brotli takes half a minute for GraphiQL's editor, and one step below is a hundredth larger.
const quality = (bytes) => (bytes > 500_000 ? 9 : constants.BROTLI_MAX_QUALITY);

const dist = new URL('dist', import.meta.url).pathname;
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  // The server itself reads the documents.
  if (!entry.isFile() || /\.(br|gz)$/.test(entry.name) || entry.name === 'documents.json') continue;
  const file = join(entry.parentPath, entry.name);
  const content = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality(content.length),
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  rmSync(file);
}
