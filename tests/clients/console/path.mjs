// The console below a path, which nginx takes off.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { shows } from './people.mjs';

/** Runs nginx in a folder of its own, which passes what is under `path` on to `target`. */
export async function nginx(folder, port, path, target) {
  mkdirSync(folder, { recursive: true });
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const configuration = `
daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
${process.getuid() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off; ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  map $http_upgrade $connection_upgrade { default upgrade; '' ""; }
  server {
    listen 127.0.0.1:${port};
    location ${path} {
      proxy_pass http://127.0.0.1:${target}/;
      proxy_http_version 1.1; proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
      client_max_body_size 0; proxy_request_buffering off;
    }
  }
}`;
  writeFileSync(`${folder}/nginx.conf`, configuration);
  const server = spawn('/usr/sbin/nginx', ['-c', `${folder}/nginx.conf`, '-p', folder, '-e', `${folder}/error.log`], { stdio: 'inherit' });
  process.once('exit', () => server.kill('SIGQUIT'));
  for (;;) {
    if (await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)) break;
    if (server.exitCode !== null) throw new Error('nginx does not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return () => server.kill('SIGTERM');
}

export async function worksBelowAPath(people) {
  const { page, context, ask, complaints, refused } = await people.open('MEMBER', '#/contacts');
  const strays = [];
  page.on('request', (request) => request.url().startsWith(people.base) || strays.push(request.url()));
  await page.reload();
  await page.waitForSelector('.row');
  await ask('mutation { createContact(input: { name: "!Aaron Path" }) { contact { id } } }');
  await shows(page, '.row', '!Aaron Path');
  await page.evaluate(() => void (location.hash = '#/import'));
  await page.setInputFiles('input[type=file]', { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('name\nPath Import\n') });
  await page.getByRole('button', { name: 'Import 1 record' }).waitFor();
  assert.deepEqual([complaints, refused, strays], [[], [], []]);
  await context.close();
}
