// The GraphQL-over-HTTP specification's own audit suite. No MUST may fail, nor any SHOULD without a reason here.
import { serverAudits } from 'graphql-http';
import { url } from './server.mjs';

/** SHOULDs that are not met, by id, with the reason. */
const reasons = {};

const failures = [];
let passed = 0;
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const result = await audit.fn();
  if (result.status === 'ok') {
    passed += 1;
  } else if (!audit.name.startsWith('MAY') && !(audit.id in reasons)) {
    failures.push(`${audit.id} ${audit.name}: ${result.reason}`);
  } else {
    console.log(`not met: ${audit.id} ${audit.name} (${reasons[audit.id] ?? 'optional'}): ${result.reason}`);
  }
}
console.log(`GraphQL over HTTP: ${passed} audits passed, ${failures.length} failed`);
failures.forEach((failure) => console.error(failure));
process.exit(failures.length === 0 ? 0 : 1);
