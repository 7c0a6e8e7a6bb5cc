// Programs that the tests start, and what they print.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const started = [];
process.once('exit', () => started.forEach((child) => child.kill('SIGKILL')));

/** Starts a program; `lines` are those that it prints from then on. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  started.push(child);
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { lines, ended, stop: () => (child.kill('SIGTERM'), ended) };
}

/** Waits until there is something. */
export async function until(condition, complaint) {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await condition();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(complaint());
}

/** Waits for a line that a program prints. */
export const printed = ({ lines }, text) => until(() => lines.find((line) => line.includes(text)), () => `no ${text} in:\n${lines.join('\n')}`);
