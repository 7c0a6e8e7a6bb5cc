// The page of errors by code: those of the request, and what mutations refuse with.

/** Rows of the table that begins with a heading, as cells. */
function rows(markdown, heading) {
  const lines = markdown.split('\n');
  const from = lines.findIndex((line) => line.startsWith(heading));
  if (from < 0) throw new Error(`there is no table that begins with ${heading}`);
  const to = lines.findIndex((line, at) => at > from && !line.startsWith('|'));
  return lines.slice(from + 2, to).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** Which mutations refuse with a code, as the table of the API says: those that name it. */
const refusing = (table, code) =>
  table.filter(([, told]) => new RegExp(`\\b${code}\\b`).test(told)).flatMap(([mutations]) => mutations.split(', '));

const link = (mutation) => {
  const name = mutation.replaceAll('`', '');
  return `[${name}](mutations.md#${name.toLowerCase()})`;
};

export function errors(schema, api) {
  const refusals = rows(api, '| mutation | user errors');
  const codes = schema.getType('UserErrorCode').getValues().map(({ name, description }) => {
    const mutations = refusing(refusals, name).map(link).join(', ');
    return [`### ${name}`, description, ...(mutations === '' ? [] : [`Told by ${mutations}.`])].join('\n\n');
  });
  const ofRequests = rows(api, '| code | meaning').flatMap(([names, meaning]) => names.split(', ').map((name) => `### ${name}\n\n${meaning[0].toUpperCase()}${meaning.slice(1)}.`));
  return [
    'Errors that the user can put right stand in `userErrors` of a payload, with status 200 and nothing written. All others stand in `errors`, with the code in `extensions.code`. In detail: [the API](../api.md#errors).',
    '## What the user can put right',
    ...codes,
    '## What the request got wrong, or the server',
    ...ofRequests,
  ].join('\n\n');
}
