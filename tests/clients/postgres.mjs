// A PostgreSQL server of its own, which is stopped and started as a test wants.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort() : [];
const binaries = versions.map((version) => `/usr/lib/postgresql/${version}/bin`).findLast((folder) => existsSync(`${folder}/initdb`));
// It refuses to run as root.
const user = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};

export class Postgres {
  #folder = mkdtempSync(join(tmpdir(), 'liaison-pg-'));
  #process;

  constructor() {
    if (!binaries) throw new Error('PostgreSQL is not installed');
    if (user.uid) chownSync(this.#folder, user.uid, user.gid);
    process.once('exit', () => this.#process?.kill('SIGQUIT'));
    this.#run('initdb', ['--auth=trust', '--username=liaison', '--encoding=UTF8', '--locale=C', '-D', `${this.#folder}/data`]);
  }

  get url() {
    return `postgres://liaison@localhost/postgres?host=${this.#folder}`;
  }

  #run(program, args) {
    return execFileSync(join(binaries, program), args, { cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...user });
  }

  async start() {
    const args = ['-D', `${this.#folder}/data`, '-k', this.#folder, '-c', 'listen_addresses='];
    this.#process = spawn(join(binaries, 'postgres'), args, { cwd: '/', stdio: 'ignore', ...user });
    for (;;) {
      try {
        this.#run('pg_isready', ['-q', '-h', this.#folder]);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** SIGINT ends it cleanly, SIGQUIT as a crash would. */
  async stop(signal) {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill(signal);
    await ended;
  }

  query(sql) {
    return this.#run('psql', ['-h', this.#folder, '-U', 'liaison', '-d', 'postgres', '-Atc', sql]).trim();
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
