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

/** Name, place, the least role that it is shown to, and what it asks for beside who is there and the feed's end. */
export const routes = ({ company, contact, other, job }) => [
  { name: 'contacts', place: '#/contacts', role: 'VIEWER', asks: [] },
  { name: 'contacts-none', place: '#/contacts?search=nobody-has-this-name', role: 'VIEWER', asks: [] },
  { name: 'contact', place: `#/contacts/${contact}`, role: 'VIEWER', asks: ['ContactPage', 'DuplicateHints', 'ContactTimeline'] },
  { name: 'contact-history', place: `#/contacts/${contact}?tab=history`, role: 'VIEWER', asks: ['ContactPage', 'DuplicateHints', 'ContactHistory'] },
  { name: 'companies', place: '#/companies', role: 'VIEWER', asks: ['CompanyList'] },
  { name: 'company', place: `#/companies/${company}`, role: 'VIEWER', asks: ['CompanyPage', 'CompanyPeople'] },
  { name: 'batches', place: '#/batches', role: 'VIEWER', asks: ['BatchList'] },
  { name: 'trash', place: '#/trash', role: 'VIEWER', asks: ['TrashCounts', 'TrashedContacts'] },
  { name: 'card', place: '#/card', role: 'CONTACT', asks: ['OwnCard'] },
  { name: 'settings', place: '#/settings', role: 'CONTACT', asks: ['OwnSessions'] },
  { name: 'settings-users', place: '#/settings/users', role: 'VIEWER', asks: ['UserList'] },
  { name: 'settings-keys', place: '#/settings/keys', role: 'ADMIN', asks: ['KeyList'] },
  { name: 'settings-webhooks', place: '#/settings/webhooks', role: 'ADMIN', asks: ['WebhookList'] },
  { name: 'settings-audit', place: '#/settings/audit', role: 'ADMIN', asks: ['AuditUsers'] },
  { name: 'import', place: '#/import', role: 'MEMBER', asks: ['ImportJobList'] },
  { name: 'import-report', place: `#/import/${job}`, role: 'VIEWER', asks: ['ImportJob', 'ImportFailures', 'ImportWarnings'] },
  { name: 'duplicates', place: '#/duplicates', role: 'VIEWER', asks: ['DuplicateGroupList'] },
  { name: 'duplicates-group', place: `#/duplicates?group=${contact},${other}`, role: 'VIEWER', asks: ['DuplicateGroupList', 'ComparedContacts', 'MergeContacts'] },
  { name: 'duplicates-given', place: `#/duplicates?ids=${contact},${other}`, role: 'VIEWER', asks: ['ComparedContacts', 'MergeContacts'] },
];

/** What opens on a page by a key, for an admin, and where it stands. */
export const overlays = [
  { name: 'contact-new', on: 'contacts', key: 'c', shows: 'dialog' },
  { name: 'palette', on: 'contacts', key: 'Control+k', shows: 'dialog' },
  { name: 'shortcuts', on: 'contacts', key: '?', shows: 'dialog' },
  { name: 'contact-edit', on: 'contact', key: 'e', shows: '.contact-form' },
  { name: 'interaction-new', on: 'contact', key: 'l', shows: 'dialog' },
  { name: 'company-new', on: 'companies', key: 'c', shows: 'dialog' },
  { name: 'company-edit', on: 'company', key: 'e', shows: 'dialog' },
  { name: 'person-new', on: 'company', key: 'p', shows: 'dialog' },
  { name: 'user-new', on: 'settings-users', key: 'c', shows: 'dialog' },
  { name: 'key-new', on: 'settings-keys', key: 'c', shows: 'dialog' },
  { name: 'webhook-new', on: 'settings-webhooks', key: 'c', shows: 'dialog' },
];
