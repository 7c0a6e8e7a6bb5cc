// The way in, with a real browser and a real mail server: the first admin by the link on the terminal, an invitation by
// mail, the link in it, and what each of the two then sees.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { asking, complaintsOf, consoleStands, follow, graphiqlStands, launch } from './browser.mjs';

const binary = process.env.LIAISON_BIN ?? new URL('../../target/debug/liaison', import.meta.url).pathname;
const PASSWORD = 'seven grey herons';

const mails = [];
let refusals = 1;
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: async (stream, _session, done) => {
    const mail = await simpleParser(stream);
    // The first try is put off, as greylisting servers do.
    if (refusals-- > 0) return done(Object.assign(new Error('try again later'), { responseCode: 451 }));
    mails.push(mail);
    return done();
  },
});
await new Promise((resolve) => mailServer.listen(0, '127.0.0.1', resolve));

const folder = mkdtempSync(join(tmpdir(), 'liaison-access-'));
const port = 4124;
const home = `http://127.0.0.1:${port}`;
const server = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, '--database-url', `sqlite://${folder}/liaison.db`], {
  env: { ...process.env, LIAISON_SMTP_URL: `smtp://127.0.0.1:${mailServer.server.address().port}`, LIAISON_PUBLIC_URL: home },
  stdio: ['ignore', 'pipe', 'inherit'],
});
// Whatever goes wrong below, no server is left behind that holds the terminal.
process.once('exit', () => server.kill('SIGKILL'));
const setup = await new Promise((resolve) => {
  createInterface({ input: server.stdout }).on('line', (line) => line.includes('/setup#') && resolve(line.trim()));
});

const browser = await launch();

/** A browser of somebody's own, and the answers that its pages get with its cookie. */
async function person() {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  return { context, page, complaints, ask: asking(page) };
}

async function until(condition) {
  for (let tries = 0; tries < 400; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail('it did not happen');
}

try {
  const admin = await person();
  await admin.page.goto(setup);
  assert.equal(new URL(admin.page.url()).hash, '', 'the token is taken out of the address');
  await admin.page.fill('#email', 'root@example.com');
  await admin.page.fill('#password', 'password');
  await admin.page.click('#submit');
  await admin.page.waitForSelector('#password-error:has-text("tried first")');
  await admin.page.fill('#password', PASSWORD);
  await admin.page.click('#submit');
  await consoleStands(admin.page);
  const me = await admin.ask('{ viewer { role user { email } } }');
  assert.deepEqual(me.data.viewer, { role: 'ADMIN', user: { email: 'root@example.com' } });
  const [cookie] = await admin.context.cookies();
  assert.deepEqual([cookie.name, cookie.httpOnly, cookie.secure, cookie.sameSite], ['__Host-liaison', true, true, 'Lax']);

  // The browser's session reaches the WebSocket by the same cookie.
  const created = await admin.ask('mutation { createContact(input: { name: "Ada" }) { contact { id } } }');
  const feed = await admin.ask('{ changes(first: 0) { pageInfo { endCursor } } }');
  await admin.page.goto(new URL('/graphiql', admin.page.url()).href);
  await graphiqlStands(admin.page);
  await follow(admin.page, {
    cursor: feed.data.changes.pageInfo.endCursor,
    contactId: created.data.createContact.contact.id,
    rename: (id, name) =>
      admin.ask('mutation($id: ID!, $name: String!) { updateContact(id: $id, input: { name: $name }) { contact { id } } }', { id, name }),
  });

  const invited = await admin.ask('mutation { inviteUser(email: "ada@example.com", role: VIEWER) { userErrors { code } } }');
  assert.deepEqual(invited.data.inviteUser.userErrors, []);
  await until(() => mails.length === 1);
  assert.deepEqual([mails[0].to.text, mails[0].subject], ['ada@example.com', `You are invited to Liaison at 127.0.0.1:${port}`]);
  const [link] = mails[0].text.match(/http\S+/);

  const ada = await person();
  await ada.page.goto(link);
  await ada.page.fill('#password', PASSWORD);
  await ada.page.click('#submit');
  await consoleStands(ada.page);
  assert.equal((await ada.ask('{ viewer { role } }')).data.viewer.role, 'VIEWER');
  const refused = await ada.ask('mutation { createContact(input: { name: "x" }) { contact { id } } }');
  assert.equal(refused.errors[0].extensions.code, 'FORBIDDEN');
  await ada.ask('mutation { signOut }');
  assert.deepEqual(await ada.context.cookies(), []);

  await ada.page.goto(home);
  await ada.page.fill('#email', 'ada@example.com');
  await ada.page.fill('#password', 'not the password');
  await ada.page.click('#submit');
  await ada.page.waitForSelector('#message:has-text("do not match")');
  await ada.page.fill('#password', PASSWORD);
  await ada.page.click('#submit');
  await consoleStands(ada.page);
  await ada.context.clearCookies();
  await ada.page.goto(home);
  await ada.page.fill('#email', 'ada@example.com');
  await ada.page.click('#forgot');
  await until(() => mails.length === 2);
  assert.equal(mails[1].subject, `Set your password for Liaison at 127.0.0.1:${port}`);

  const stranger = await person();
  await stranger.page.goto(home);
  assert.equal((await stranger.ask('{ viewer { role } }')).data.viewer, null);
  assert.equal((await stranger.ask('{ __schema { queryType { name } } }')).errors[0].extensions.code, 'UNAUTHENTICATED');
  for (const { complaints } of [admin, ada, stranger]) assert.deepEqual(complaints, []);
  console.log('Access: the first admin, an invitation by mail, signing in and out, and a link for a forgotten password');
} finally {
  await browser.close();
  server.kill('SIGTERM');
  mailServer.close();
  rmSync(folder, { recursive: true, force: true });
}
