// The actions of the page. Each action asks the viewer once, is sent once, and is followed until its outcome is known.
import { control, now } from './api.js';
import { h, show } from './dom.js';
import { badge, pausedAlone } from './parts.js';
import { did, moment, resultWord, t, unit } from './words.js';

const dialog = document.getElementById('dialog');
const work = new Map(); // task -> its action that is running or has just ended
const keyOf = ({ namespace, name }) => `${namespace}/${name}`;
let afterwards = () => {};
let explain = (refusal) => refusal.message;

/** @param refresh reads all data again; @param words turns a refusal into a text */
export function connect(refresh, words) {
  afterwards = refresh;
  explain = words;
}

export function forget() {
  work.clear();
  dialog.close();
  show(dialog);
}

export const underWay = (task) => Boolean(task && work.get(keyOf(task)) && !work.get(keyOf(task)).outcome);

const QUESTIONS = { runNow: 'askRun', dryRun: 'askDryRun', pause: 'askPause', pauseAll: 'askPause', resume: 'askResume', resumeAll: 'askResume' };

/** Asks for a confirmation. It creates the key, so that a second click repeats the first request instead of adding one. */
export function ask(action, task) {
  const request = { action, task, key: crypto.randomUUID(), sent: false, error: '', choice: '' };
  draw(request);
  if (!dialog.open) dialog.showModal();
}

function draw(request) {
  const { action, task, sent, error } = request;
  show(dialog, h('form', { key: request.key, onsubmit: (event) => { event.preventDefault(); send(request, event.target); } },
    h('h2', { id: 'dialog-title' }, t(action)),
    h('p', {}, t(QUESTIONS[action], task?.name ?? t('everyTask'))),
    action.startsWith('pause') && order(request),
    error && h('p', { class: 'notice bad', role: 'alert' }, error),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')),
      h('button', { type: 'submit', class: 'main', disabled: sent }, sent ? t('sending') : t(action)))));
}

const order = (request) => [
  h('label', {}, t('reason'), h('input', { name: 'reason', maxlength: '200', autocomplete: 'off' })),
  h('label', {}, t('until'), h('select', { name: 'until', onchange: ({ target }) => { request.choice = target.value; draw(request); } },
    [['', t('openEnd')], ...[1, 4, 24].map((hours) => [hours, t('forHours', unit(hours, 'hour', 'long'))]), ['at', t('atTime')]]
      .map(([value, words]) => h('option', { value }, words)))),
  request.choice === 'at' && h('label', {}, t('until'), h('input', { name: 'at', type: 'datetime-local', required: true })),
];

async function send(request, form) {
  if (request.sent) return;
  const { action, task, key } = request;
  const fields = new FormData(form);
  const until = fields.get('until') === 'at' ? new Date(fields.get('at')) : fields.get('until') && new Date(now() + fields.get('until') * 3_600_000);
  const unless = until && until <= now() ? t('pastTime') : '';
  Object.assign(request, { sent: !unless, error: unless });
  draw(request);
  if (unless) return;
  try {
    if (action === 'runNow' || action === 'dryRun') {
      const { job } = await control.run(task, key, action === 'dryRun');
      work.set(keyOf(task), { action, job, token: key });
    } else {
      const pausing = action.startsWith('pause');
      const words = { reason: fields.get('reason') || undefined, until: until ? until.toISOString() : undefined };
      await (pausing ? control.pause(task, key, words) : control.resume(task, key));
      if (task) work.set(keyOf(task), { action });
    }
    dialog.close();
    afterwards();
  } catch (refusal) {
    // The key stays: if it is not known whether the request was carried out, the same key carries it out once.
    Object.assign(request, { sent: false, error: explain(refusal) });
    if (dialog.open) draw(request);
  }
}

export function follow({ namespace, name, status }) {
  const doing = work.get(keyOf({ namespace, name }));
  if (!doing || doing.outcome) return;
  if (!doing.job) {
    const stopped = pausedAlone(status);
    if (stopped === (doing.action === 'pause')) doing.outcome = { words: t(stopped ? 'pausedNow' : 'resumedNow') };
    return;
  }
  const refused = status.runRequests?.find((known) => known.token === doing.token && known.reason);
  const run = [status.lastRun, status.lastDryRun, ...(status.history ?? [])].find((known) => known?.jobName === doing.job);
  doing.active = status.active?.includes(doing.job) ?? false;
  doing.seen ||= doing.active;
  if (refused) doing.outcome = { words: t('refused', refused.message ?? refused.reason), tone: 'bad' };
  else if (run) doing.outcome = { run };
  else if (doing.seen && !doing.active) doing.gone = (doing.gone ?? 0) + 1;
  if (doing.gone > 20) doing.outcome = { words: t('endedUnread') };
  if (doing.active) doing.since ??= now();
}

export function progress(task) {
  const doing = work.get(keyOf(task));
  if (!doing) return null;
  const { outcome, action } = doing;
  const dismiss = h('button', { type: 'button', class: 'quiet', onclick: () => { work.delete(keyOf(task)); afterwards(); } }, t('close'));
  const words = outcome?.run
    ? [badge(resultWord(outcome.run.result)), h('span', {}, t(action === 'dryRun' ? 'dryEnded' : 'ended', did(outcome.run) || resultWord(outcome.run.result).text)),
      outcome.run.remedy && h('span', { class: 'remedy' }, `${t('whatToDo')}: ${outcome.run.remedy}`)]
    : outcome ? outcome.words
    : h('span', {}, doing.active ? t('running', moment(doing.since)[0]) : t({ pause: 'pausing', resume: 'resuming' }[action] ?? 'waiting'));
  return h('div', { class: `notice ${outcome ? outcome.tone ?? 'good' : 'info'}`, role: 'status' },
    h('strong', {}, t(action)), !outcome && h('span', { class: 'spinner', 'aria-hidden': 'true' }), words, outcome && dismiss);
}
