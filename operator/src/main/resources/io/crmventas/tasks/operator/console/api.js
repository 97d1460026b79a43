// Calls to the operator. The token lives in this variable and nowhere else: a reload forgets it.

let token = '';
let ahead = 0; // The clock of the browser can be wrong, so the page uses that of the operator.
export const now = () => Date.now() + ahead;

/** An error answer of the operator, or status 0 when no answer came. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const session = {
  get signedIn() { return token !== ''; },
  // With a character such as …, fetch would fail as it does without a connection. This changes no real token.
  signIn(given) { token = encodeURI(given.trim()); },
  signOut() { token = ''; },
};

export async function call(method, path, { body, key } = {}) {
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers['Idempotency-Key'] = key;
  let response, answer;
  try {
    response = await fetch(path, {
      method, headers, redirect: 'error', cache: 'no-store', body: body && JSON.stringify(body),
    });
    answer = await response.json();
  } catch (failed) {
    throw new Refusal(response && !response.ok ? response.status : 0, failed.message);
  }
  if (!response.ok) throw new Refusal(response.status, answer.error ?? response.statusText);
  if (answer.now) ahead = Date.parse(answer.now) - Date.now();
  return answer;
}

export const tasks = (seen) => call('GET', `api/tasks${seen ? `?seen=${encodeURIComponent(seen)}` : ''}`);

export const task = (namespace, name) =>
  call('GET', `api/tasks/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`);

/** The calls of the control port. A repeated key starts no second run. */
export const control = {
  run: ({ namespace, name }, key, dryRun) =>
    call('POST', `health/tasks/run/${encodeURIComponent(name)}?${new URLSearchParams({ namespace, dry_run: dryRun })}`, { key }),
  pause: (task, key, order) => call('POST', `health/tasks/${only(task)}stop${where(task)}`, { key, body: order }),
  resume: (task, key) => call('POST', `health/tasks/${only(task)}start${where(task)}`, { key }),
};
const only = (task) => (task ? `${encodeURIComponent(task.name)}/` : '');
const where = (task) => (task ? `?${new URLSearchParams({ namespace: task.namespace })}` : '');
