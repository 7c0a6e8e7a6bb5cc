// A proxy that serves a server under a path, which it takes off, as Caddy's handle_path and nginx's proxy_pass do.
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

/** Listens on `port`, and passes what is under `prefix` on to `target`. What else was asked for is in `strays`. */
export async function serveUnder(prefix, port, target) {
  const strays = [];
  const strip = (path) => (path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined);
  const server = createServer((asked, answer) => {
    const path = strip(asked.url);
    if (path === undefined) {
      strays.push(asked.url);
      return answer.writeHead(404).end();
    }
    const passed = request({ port: target, host: '127.0.0.1', method: asked.method, path, headers: asked.headers }, (given) => {
      answer.writeHead(given.statusCode, given.rawHeaders);
      given.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    return asked.pipe(passed);
  });
  server.on('upgrade', (asked, socket, head) => {
    const path = strip(asked.url);
    if (path === undefined) {
      strays.push(asked.url);
      return socket.destroy();
    }
    const passed = connect(target, '127.0.0.1', () => {
      const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      passed.write(`GET ${path} HTTP/1.1\r\n${headers.join('')}\r\n`);
      passed.write(head);
      socket.pipe(passed).pipe(socket);
    });
    for (const one of [socket, passed]) one.on('error', () => (socket.destroy(), passed.destroy()));
    return passed;
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { strays, close: () => (server.closeAllConnections(), server.close()) };
}
