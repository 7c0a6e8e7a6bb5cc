// The pages for signing in, for setting a password with a link, for making the first admin, and of one's own account. The
// server says in data-page which one it is. Addresses are relative, because a proxy may serve Liaison under a path.
const by = (id) => document.getElementById(id);
const { page: kind, secureUrl, hasConsole, hasGraphiql, passwords } = document.body.dataset;

const PASSWORD_RULE = "8 to 128 characters. Your own address and the passwords that are tried first are refused.";
const NO_ANSWER = "The server did not answer. Try again in a moment.";
const PLAIN_HTTP =
  "This page was opened over plain http. A password typed here can be read on its way, and browsers keep a sign-in only " +
  "over https, or on the server's own machine under the name localhost. " +
  (secureUrl ? `Open ${secureUrl}/ instead.` : "Open the server by https; docs/deploy.md says how to set that up.");
const NOT_KEPT = "The server has let you in, but the browser has not kept the sign-in. ";
const HOW_TO_KEEP = isSecureContext
  ? "Allow cookies for this site, and open it under the address that the server has as its public URL."
  : "The reason stands above: this page was opened over plain http.";
const NO_CONSOLE =
  "This build of the server has no console in it, because it was built without npm, or with LIAISON_WEB=skip. To have it, " +
  "install Node.js 20 or later, and build liaison again. The API works as it is.";

const NO_PASSWORDS = "Passwords are switched off on this server.";
// Reasons why a provider has sent nobody in, by the name that the server puts into the address.
const FAILED = {
  provider: "The provider could not be reached, or its answer was not valid. Try again in a moment.",
  denied: "The provider did not let you in.",
  stale: "This sign-in took too long, or was begun in another window. Try again.",
  unverified: "The provider does not say that it has verified your e-mail address. Ask an admin.",
  unknown: "There is no account for you here. Ask an admin for an invitation.",
  unavailable: NO_ANSWER,
};

// The token of a link stands behind the #, which no server ever sees. It is taken out of the address, which people copy
// and share, and kept with this entry of the tab's history, which outlives a reload. A place of the console begins with a
// slash, and is where somebody who signs in goes back to.
const isPlace = () => location.hash.startsWith("#/");
function takeToken() {
  if (isPlace()) return "";
  if (location.hash.length > 1) history.replaceState({ token: location.hash.slice(1) }, "", location.pathname);
  return history.state?.token ?? "";
}

const say = (text) => (by("message").textContent = text);

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  // A proxy in between answers with pages of its own.
  return response.json();
}

async function ask(path, body) {
  const answer = await post(path, body).catch(() => ({ errors: [{ message: NO_ANSWER }] }));
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer;
}

// By their keys, so that the pages work where the server answers trusted documents only.
async function run(name, variables = {}) {
  const { data } = await ask("graphql", { documentId: `liaison:${name}`, variables });
  return Object.values(data)[0];
}

const viewer = () => run("viewer");

const signIn = () => run("sign-in", { email: by("email").value, password: by("password").value });

const setPassword = () => run("set-password", { token: takeToken(), password: by("password").value });

const setUp = () => ask("setup", { token: takeToken(), email: by("email").value, password: by("password").value });

// A provider that has signed the browser in may sign it out as well.
async function signOut() {
  const { location: provider } = await ask("sign-out", {});
  location.assign(provider ?? "./");
  return {};
}

async function sendLink() {
  const email = by("email").value;
  if (!email.trim()) return { userErrors: [{ field: ["email"], message: "Type the address of your account first." }] };
  return run("password-link", { email });
}

const PAGES = {
  "sign-in": { submit: "Sign in", act: signIn, hasEmail: true },
  "set-password": {
    intro: "Choose the password of your account.",
    submit: "Set the password",
    act: setPassword,
    needsToken: "Open the link in your mail: this page works only with what stands behind its #.",
  },
  setup: {
    intro: "There is no admin yet. Who shall it be?",
    submit: "Make the first admin",
    act: setUp,
    hasEmail: true,
    needsToken: "Open the link that liaison serve printed at its start: this page works only with what stands behind its #.",
  },
  "set-up": { intro: "There is an admin already. Others are invited by an admin." },
  account: {},
  "no-console": {},
};
const page = PAGES[kind];

// An error stands at its field; what belongs to no field of this page stands below the form.
function show(errors) {
  const rest = [];
  for (const { field, message } of errors) {
    const name = field?.at(-1);
    const isHere = ["email", "password"].includes(name) && !by(`${name}-field`).hidden;
    if (!isHere) {
      rest.push(message);
      continue;
    }
    by(`${name}-error`).textContent = message;
    by(name).setAttribute("aria-invalid", "true");
  }
  say(rest.join(" "));
  document.querySelector("[aria-invalid]")?.focus();
}

function clear() {
  say("");
  for (const name of ["email", "password"]) {
    by(`${name}-error`).textContent = "";
    by(name).removeAttribute("aria-invalid");
  }
}

async function attempt(action, done = () => {}) {
  clear();
  by("submit").disabled = true;
  try {
    const { userErrors = [] } = await action();
    if (userErrors.length > 0) show(userErrors);
    else await done();
  } catch (error) {
    say(error.message);
  }
  by("submit").disabled = false;
}

// The console asks for the contacts before it knows who is signed in. A contact's user may not see them, so that it is told
// here. A browser may refuse to keep anything: then the console is refused once.
function rememberOwnCard(isOwn) {
  try {
    if (isOwn) localStorage.setItem("own-card", "1");
    else localStorage.removeItem("own-card");
  } catch {}
}

// A browser does not say that it drops a cookie, so that it is asked for.
async function enter() {
  const caller = await viewer();
  if (!caller) return say(NOT_KEPT + HOW_TO_KEEP);
  rememberOwnCard(caller.role === "CONTACT");
  // The place alone would load nothing where this page is the answer at the console's own address.
  history.replaceState(null, "", isPlace() ? `./${location.hash}` : "./");
  return location.reload();
}

function showForm() {
  by("providers").hidden = kind !== "sign-in";
  const failed = new URLSearchParams(location.search).get("failed");
  if (failed) say(FAILED[failed] ?? FAILED.provider);
  if (passwords !== "true") {
    if (kind !== "sign-in") say(NO_PASSWORDS);
    by("to-sign-in").hidden = kind === "sign-in";
    return;
  }
  by("account").hidden = false;
  by("submit").textContent = page.submit;
  by("email-field").hidden = !page.hasEmail;
  by("forgot").hidden = kind !== "sign-in";
  by("to-sign-in").hidden = kind !== "set-password";
  const isNew = kind !== "sign-in";
  by("password").autocomplete = isNew ? "new-password" : "current-password";
  by("password-rule").textContent = isNew ? PASSWORD_RULE : "";
  by(page.hasEmail ? "email" : "password").focus();
  if (page.needsToken && !takeToken()) say(page.needsToken);
  // A link that is pasted into this tab differs behind the # only, which loads nothing.
  addEventListener("hashchange", () => takeToken() && clear());
  by("account").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(page.act, enter);
  });
  by("forgot").addEventListener("click", () =>
    attempt(sendLink, () => say("If there is an account with this address, a link is on its way.")),
  );
}

async function showAccount() {
  const { user, role } = await viewer();
  const who = user ? `You are signed in as ${user.email}, with the role ${role}.` : `Nobody needs to sign in here.`;
  by("intro").textContent = `${who} The API is at ${new URL("graphql", location.href)}.`;
  by("to-console").hidden = hasConsole !== "true";
  by("to-graphiql").hidden = hasGraphiql !== "true";
  if (hasConsole !== "true") say(NO_CONSOLE);
  by("sign-out").hidden = !user;
  by("sign-out").addEventListener("click", () => attempt(signOut));
}

takeToken();
by("intro").textContent = page.intro ?? "";
by("warning").textContent = isSecureContext ? "" : PLAIN_HTTP;
if (page.act) showForm();
else if (["account", "no-console"].includes(kind)) showAccount().catch((error) => say(error.message));
else by("to-sign-in").hidden = false;
