// The console of the real binary in Chromium, on SQLite and on PostgreSQL. `ONLY=import npm run console` runs the tests whose
// names have that word.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './browser.mjs';
import { administersAnAccount, undoesABatch } from './console/administration.mjs';
import { worksOnMany } from './console/bulk.mjs';
import { keepsTheWholeCard } from './console/card.mjs';
import * as duplicates from './console/duplicates.mjs';
import { keepsHostileNamesText } from './console/hostile.mjs';
import * as imports from './console/import.mjs';
import { worksWithoutAMouse } from './console/keyboard.mjs';
import * as live from './console/live.mjs';
import { look, lookAtOverlays, photograph } from './console/looks.mjs';
import { standsAsInAMirror } from './console/mirrored.mjs';
import { nginx, worksBelowAPath } from './console/path.mjs';
import { People } from './console/people.mjs';
import { photographForTheReadme } from './console/pictures.mjs';
import * as changes from './console/records.mjs';
import { asksForNoMore } from './console/requests.mjs';
import * as roles from './console/roles.mjs';
import { records, routes } from './console/routes.mjs';
import { Server } from './console/server.mjs';
import { renamesAndEndsASession } from './console/settings.mjs';
import { Postgres } from './postgres.mjs';

const [PORT, PATH_PORT] = [4141, 4142];
const CONTACTS = 200;
const only = process.env.ONLY ?? '';
const databases = process.env.DATABASES ?? 'sqlite postgres';
const folder = mkdtempSync(join(tmpdir(), 'liaison-console-'));
const browser = await launch();
const failures = [];

async function test(name, run) {
  if (!name.includes(only)) return;
  const began = Date.now();
  try {
    await run();
    console.log(`  ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failures.push(name);
    console.error(`  ${name} FAILED: ${error.stack}`);
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const [at, page] of pages.entries()) await photograph(page, `failed-${name.replace(/\W+/g, '-')}-${at}`).catch(() => {});
  }
  for (const context of browser.contexts()) await context.close();
}

async function onDatabase(kind, database) {
  console.log(kind);
  const server = new Server(database, PORT);
  const logins = await server.demo(CONTACTS);
  await server.start();
  const people = new People(browser, server.url, logins);
  const member = await people.open('MEMBER');
  const pages = routes(await records(member.ask));
  await member.context.close();

  await test('duplicates by keyboard', () => duplicates.mergesByKeyboard(people));
  await test('duplicates that are given', () => duplicates.comparesGivenOnes(people));
  await test('duplicates, all certain ones', () => duplicates.mergesAllCertain(people));
  await test('import', () => imports.importsAndUndoes(people));
  await test('two windows', () => live.showsWhatOthersChange(people));
  await test('conflict', () => changes.showsConflictsByField(people));
  await test('trash and back', () => changes.trashesManyAndTakesItBack(people));
  await test('many at once', () => worksOnMany(people));
  await test('whole card', () => keepsTheWholeCard(people));
  await test('administration of an account', () => administersAnAccount(people));
  await test('administration of a batch', () => undoesABatch(people));
  await test('new contact', () => changes.addsAContact(people));
  await test('restart', () => live.outlivesARestart(people, server));
  await test('end of a session', () => live.comesBackAfterSigningIn(people, server));
  await test('new company', () => changes.addsACompany(people));
  await test('conflict of companies', () => changes.showsConflictsOfCompanies(people));
  await test('value put back', () => changes.putsAValueBack(people));
  await test('settings', () => renamesAndEndsASession(people));
  await test('hostile names', () => keepsHostileNamesText(people, pages));
  await test('roles', () => roles.showsEachRoleItsOwn(people, pages));
  await test('role of a contact', () => roles.showsAContactItsCardAlone(people, pages));
  await test('offline and back', () => live.comesBackFromOffline(people));
  // What does not depend on the database is tried on one of them.
  if (kind === 'sqlite') {
    await test('looks', async () => look(await people.open('ADMIN'), pages));
    await test('looks of overlays', async () => lookAtOverlays(await people.open('ADMIN'), pages));
    await test('looks of a contact', async () => look(await people.open('CONTACT'), ownOf(pages)));
    await test('from right to left', () => standsAsInAMirror(people, pages));
    await test('keyboard alone', () => worksWithoutAMouse(people));
    await test('requests', () => asksForNoMore(people, pages));
    await test('import by dropping', () => imports.dropsAFile(people));
    if (process.env.LIAISON_PICTURES) await test('pictures', () => photographForTheReadme(people, process.env.LIAISON_PICTURES));
  }
  await server.stop();
  return logins;
}

/** The pages of a contact's user, whose pictures have names of their own. */
const ownOf = (pages) => pages.filter(({ role }) => role === 'CONTACT').map(({ name, ...page }) => ({ ...page, name: `own-${name}` }));

async function belowAPath(database, logins) {
  const base = `http://127.0.0.1:${PATH_PORT}/crm/`;
  const server = new Server(database, PORT, { env: { LIAISON_PUBLIC_URL: base } });
  await server.start();
  const end = await nginx(join(folder, 'nginx'), PATH_PORT, '/crm/', PORT);
  await test('below a path', () => worksBelowAPath(new People(browser, base, logins)));
  end();
  await server.stop();
}

const sqlite = `sqlite://${folder}/liaison.db`;
const postgres = new Postgres();
try {
  await belowAPath(sqlite, await onDatabase('sqlite', sqlite));
  await postgres.start();
  if (databases.includes('postgres')) await onDatabase('postgres', postgres.url);
} finally {
  await browser.close();
  await postgres.stop('SIGINT').catch(() => {});
  postgres.remove();
  rmSync(folder, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`Console: failed: ${failures.join(', ')}`);
  process.exit(1);
}
console.log('Console: every page in each look, changes, imports, duplicates, roles, live changes, interruptions and a path');
