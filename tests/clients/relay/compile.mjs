// Relay's compiler accepts the schema and documents that use its conventions.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const folder = dirname(new URL(import.meta.url).pathname);
mkdirSync(`${folder}/generated`, { recursive: true });
const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');
const { status } = spawnSync(process.execPath, [compiler, 'relay.config.json'], { cwd: folder, stdio: 'inherit' });
process.exit(status ?? 1);
