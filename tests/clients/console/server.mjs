// A server with the people of the demo in a fresh database, which is stopped and started again on its port.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BINARY = process.env.LIAISON_BIN ?? new URL('../../../target/debug/liaison', import.meta.url).pathname;

export class Server {
  #process;
  #binary;
  #env;
  log = [];

  constructor(database, port, { binary = BINARY, env = {} } = {}) {
    this.port = port;
    this.#binary = binary;
    this.#env = { ...process.env, DATABASE_URL: database, LIAISON_LISTEN: `127.0.0.1:${port}`, ...env };
    process.once('exit', () => this.#process?.kill('SIGKILL'));
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Runs a command of the operator. */
  async command(...args) {
    return (await run(this.#binary, args, { env: this.#env })).stdout;
  }

  /** Fills the database; returns the passwords by role. */
  async demo(contacts) {
    const printed = await this.command('demo', '--contacts', String(contacts));
    const logins = printed.matchAll(/^\s*([A-Z]+)\s+(\S+@\S+)\s+(\S+)$/gm);
    return Object.fromEntries([...logins].map(([, role, email, password]) => [role, { email, password }]));
  }

  /** Serves; `args` are further ones of `serve`. */
  async start(...args) {
    const server = spawn(this.#binary, ['serve', '--log-format', 'json', ...args], { env: this.#env, stdio: ['ignore', 'ignore', 'pipe'] });
    server.stderr.on('data', (text) => this.log.push(String(text)));
    this.#process = server;
    for (;;) {
      if (server.exitCode !== null) throw new Error(this.log.slice(-3).join(''));
      const isThere = await fetch(`${this.url}healthz`).then(() => true, () => false);
      if (isThere) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop() {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
  }
}
