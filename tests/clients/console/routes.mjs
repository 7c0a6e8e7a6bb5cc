// All pages of the console, once: a new page gets a line here, and is then looked at by axe, photographed, and tried by each role.

/** The records that the pages show. */
export async function records(ask) {
  const { data } = await ask(`mutation {
    company: createCompany(input: { name: "Harbour & Sons", website: "https://harbour.example" }) { company { id } }
    one: createContact(input: { name: "Leopold Stachowiak", email: "leo@example.org", phone: "+49 170 0034512", tags: ["vip"] }) { contact { id } }
    other: createContact(input: { name: "Stachowiak Leopold", email: "leo@example.org", notes: "Met at the fair." }) { contact { id } }
    trial: importContacts(format: CSV, content: "name,email\\nAda,ada@example.com\\nBob,nothing\\n") { job { id } }
  }`);
  return { company: data.company.company.id, contact: data.one.contact.id, other: data.other.contact.id, job: data.trial.job.id };
}

/** Name, place, and the least role that it is shown to. */
export const routes = ({ company, contact, other, job }) => [
  { name: 'contacts', place: '#/contacts', role: 'VIEWER' },
  { name: 'contacts-none', place: '#/contacts?search=nobody-has-this-name', role: 'VIEWER' },
  { name: 'contact', place: `#/contacts/${contact}`, role: 'VIEWER' },
  { name: 'contact-history', place: `#/contacts/${contact}?tab=history`, role: 'VIEWER' },
  { name: 'companies', place: '#/companies', role: 'VIEWER' },
  { name: 'company', place: `#/companies/${company}`, role: 'VIEWER' },
  { name: 'batches', place: '#/batches', role: 'VIEWER' },
  { name: 'trash', place: '#/trash', role: 'VIEWER' },
  { name: 'card', place: '#/card', role: 'CONTACT' },
  { name: 'settings', place: '#/settings', role: 'CONTACT' },
  { name: 'settings-users', place: '#/settings/users', role: 'VIEWER' },
  { name: 'settings-keys', place: '#/settings/keys', role: 'ADMIN' },
  { name: 'settings-webhooks', place: '#/settings/webhooks', role: 'ADMIN' },
  { name: 'settings-audit', place: '#/settings/audit', role: 'ADMIN' },
  { name: 'import', place: '#/import', role: 'MEMBER' },
  { name: 'import-report', place: `#/import/${job}`, role: 'VIEWER' },
  { name: 'duplicates', place: '#/duplicates', role: 'VIEWER' },
  { name: 'duplicates-group', place: `#/duplicates?group=${contact},${other}`, role: 'VIEWER' },
  { name: 'duplicates-given', place: `#/duplicates?ids=${contact},${other}`, role: 'VIEWER' },
];
