// Signing in (/sign-in, and / for those who are not), setting a password with a link (/set-password#token), and making
// the first admin (/setup#token). The token stands behind the #, so that no server ever logs it.
const by = (id) => document.getElementById(id);
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const say = (text) => (by("message").textContent = text);

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer;
}

async function mutate(query, variables) {
  const { data } = await post("/graphql", { query, variables });
  return Object.values(data)[0];
}

const signIn = () =>
  mutate(
    "mutation($email: String!, $password: String!) { signIn(email: $email, password: $password) { userErrors { message } } }",
    { email: by("email").value, password: by("password").value },
  );

const setPassword = () =>
  mutate(
    "mutation($token: String!, $password: String!) { setPassword(token: $token, password: $password) { userErrors { message } } }",
    { token, password: by("password").value },
  );

const setUp = () => post("/setup", { token, email: by("email").value, password: by("password").value });

const sendLink = () =>
  mutate("mutation($email: String!) { requestPasswordLink(email: $email) }", { email: by("email").value });

const PAGES = {
  "/set-password": { intro: "Choose a password of at least 8 characters.", submit: "Set the password", act: setPassword, isNew: true },
  "/setup": { intro: "There is no admin yet. Who shall it be?", submit: "Make the first admin", act: setUp, hasEmail: true, isNew: true },
};
const page = PAGES[location.pathname] ?? { intro: "", submit: "Sign in", act: signIn, hasEmail: true, canForget: true };

by("intro").textContent = page.intro;
by("submit").textContent = page.submit;
by("email-label").hidden = !page.hasEmail;
by("forgot").hidden = !page.canForget;
by("password").autocomplete = page.isNew ? "new-password" : "current-password";

async function attempt(action, done) {
  say("");
  try {
    const result = await action();
    const problems = result.userErrors ?? [];
    if (problems.length > 0) say(problems.map((problem) => problem.message).join(" "));
    else done();
  } catch (error) {
    say(error.message);
  }
}

by("account").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(page.act, () => location.assign("/"));
});
by("forgot").addEventListener("click", () =>
  attempt(sendLink, () => say("If there is an account with this address, a link is on its way.")),
);
