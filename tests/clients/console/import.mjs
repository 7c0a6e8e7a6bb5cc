// A file is tried, imported, looked at and undone.
import assert from 'node:assert/strict';
import { shows, visit } from './people.mjs';

const ROWS = 600;
const rows = Array.from({ length: ROWS }, (_, at) => `Imke${at},Tester${at},imke${at}@import.example,"${at % 5 ? '<b>bold</b>' : ''}",x`);
const file = {
  name: '<i>people</i>.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(['First name,Last name,E-mail,Notes,Shoe size', ...rows, 'Bad,Row,no address,,'].join('\n')),
};

const count = (page, label) => page.textContent(`.counts div:has(dt:text-is("${label}")) dd`);
const total = async (ask) => (await ask('{ contactCount }')).data.contactCount;

export async function importsAndUndoes(people) {
  const { page, ask, complaints, refused } = await people.open('MEMBER', '#/import');
  const before = await total(ask);
  await page.setInputFiles('input[type=file]', file);
  await shows(page, '.counts', String(ROWS));
  assert.equal(await count(page, 'Failed'), '1');
  await shows(page, '.faults', 'not an e-mail address');
  assert.equal(await total(ask), before, 'nothing is written yet');
  await page.getByLabel('Field for Shoe size').selectOption('metadata.Shoe size');
  await page.waitForSelector('button.btn-primary:not([disabled])');

  await page.getByRole('button', { name: /^Import \d+ records/ }).click();
  await page.waitForURL(/#\/import\/./);
  // Leaving does not stop it, and coming back shows it.
  const place = new URL(page.url()).hash;
  await visit(page, '#/contacts');
  await visit(page, place);
  await shows(page, '.badge', 'Done');
  assert.equal(await count(page, 'New'), String(ROWS));
  assert.equal(await total(ask), before + ROWS);
  assert.equal(await page.textContent('h1'), file.name);
  const report = await page.getAttribute('a[download]', 'href');
  const table = await page.evaluate(async (href) => (await fetch(href, { headers: { 'liaison-csrf': '1' } })).text(), report);
  assert.match(table, /^First name,.*\nBad,Row,no address/);

  await page.getByRole('button', { name: 'Undo the import' }).click();
  await page.click('dialog button.btn-danger');
  await shows(page, '.badge', 'Undone');
  await shows(page, '.notice', 'All of it was undone');
  assert.equal(await total(ask), before);
  await visit(page, '#/import');
  await shows(page, '.jobs li', file.name);
  assert.deepEqual([complaints, refused], [[], []]);
  await page.context().close();
}

export async function dropsAFile(people) {
  const { page, complaints } = await people.open('MEMBER', '#/import');
  await page.waitForSelector('.drop');
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['BEGIN:VCARD\nVERSION:4.0\nFN:Dropped Card\nEND:VCARD\n'], 'card.vcf'));
    return transfer;
  });
  await page.dispatchEvent('h1', 'dragover', { dataTransfer: data });
  await page.waitForSelector('.drop-above');
  await page.dispatchEvent('h1', 'drop', { dataTransfer: data });
  await page.getByRole('button', { name: 'Import 1 record' }).waitFor();
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await page.waitForSelector('.drop');
  assert.deepEqual(complaints, []);
  await page.context().close();
}
