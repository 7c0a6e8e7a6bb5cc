// Relay's compiler accepts the schema and documents that use its conventions.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const folder = dirname(new URL(import.meta.url).pathname);
// What is there unchanged is not written again, nor added to the documents.
rmSync(`${folder}/generated`, { recursive: true, force: true });
mkdirSync(`${folder}/generated`, { recursive: true });
// The compiler adds its documents to a file that is there.
writeFileSync(`${folder}/generated/trusted.json`, '{}');
const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');
const { status } = spawnSync(process.execPath, [compiler, 'relay.config.json'], { cwd: folder, stdio: 'inherit' });
process.exit(status ?? 1);
