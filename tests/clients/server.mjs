// Where the server under test is.
export const url = process.env.LIAISON_URL ?? 'http://127.0.0.1:4000/graphql';
