// Starts the page: signs the viewer in, shows the view that the address names, and refreshes it every few seconds.
import * as api from './api.js';
import { connect, follow, forget, underWay } from './actions.js';
import { h, show } from './dom.js';
import { command } from './parts.js';
import { clock, language, person, SECOND, switchLanguage, t } from './words.js';
import { oneTask } from './task.js';
import { allTasks, overview } from './views.js';

const REFRESH = 5_000;
const REFRESH_WHILE_WORKING = 1_000;
const OLD = 20_000;
const page = document.getElementById('page');
const known = { list: null, detail: null, updated: 0, refusal: null, signInNeeded: false };
let timer, round = 0;

/** The view that the address names: the overview, all tasks, or one task. */
function place() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, namespace, name] = path.split('/');
  return { view: namespace && name ? 'task' : view === 'tasks' ? 'tasks' : 'overview', namespace, name, query: new URLSearchParams(query) };
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++round;
  const { view, namespace, name } = place();
  try {
    const list = await api.tasks(known.list?.version);
    if (mine !== round) return; // the viewer has changed the view or signed out since the request
    if (!list.unchanged) known.list = list;
    known.list.watching = list.watching;
    const detail = view === 'task' ? await api.task(namespace, name) : null;
    if (mine !== round) return;
    Object.assign(known, { detail, updated: api.now(), refusal: null, signInNeeded: false });
    if (detail) follow(detail.task);
  } catch (refusal) {
    if (mine !== round) return;
    if (!(refusal instanceof api.Refusal)) throw refusal;
    known.refusal = refusal;
    if (refusal.status === 401) leave(api.session.signedIn ? (known.updated ? 'expired' : 'refusedToken') : known.updated && 'proxyEnded');
    if (refusal.status === 403 || refusal.status === 404) known.detail = null;
  }
  draw();
  if (!known.signInNeeded && !document.hidden) timer = setTimeout(refresh, underWay(known.detail?.task) ? REFRESH_WHILE_WORKING : REFRESH);
}

/** Forgets the token and everything that was read with it. */
function leave(why) {
  round++;
  clearTimeout(timer);
  api.session.signOut();
  forget();
  Object.assign(known, { list: null, detail: null, updated: 0, signInNeeded: true, why, refusal: null });
}

function explain({ status, message }) {
  if (status === 0) return `${t('noAnswer')} ${known.updated && !api.session.signedIn ? t('proxyEnded') : ''}`;
  if (status === 401) return t('expired');
  if (status === 403) return t('forbidden', message);
  return t('failed', status, message);
}

function draw() {
  document.documentElement.lang = language;
  const { view, namespace, name, query } = place();
  const detail = known.detail?.task.name === name && known.detail?.task.namespace === namespace ? known.detail : null;
  const context = { list: known.list, detail, now: api.now(), query, go: (address) => { history.replaceState(null, '', address); draw(); } };
  document.title = [view === 'task' ? name : t(view), t('title')].join(' · ');
  const content = known.signInNeeded ? signIn()
    : !known.list || (view === 'task' && !detail) ? h('p', { class: 'calm' }, known.refusal ? '' : t('loading'))
    : view === 'task' ? oneTask(context) : view === 'tasks' ? allTasks(context) : overview(context);
  show(page, header(view), h('main', { key: known.signInNeeded ? 'sign-in' : `${view} ${namespace}/${name}` }, known.signInNeeded ? null : notices(), content));
}

function header(view) {
  const to = (address, name) => h('a', { href: address, 'aria-current': view === name ? 'page' : null }, t(name));
  return h('header', {},
    h('a', { class: 'brand', href: '#/' }, h('img', { src: 'icon.svg', alt: '', width: '22', height: '22' }), t('title')),
    !known.signInNeeded && h('nav', { 'aria-label': t('title') }, to('#/', 'overview'), to('#/tasks', 'tasks')),
    h('span', { class: 'space' }),
    known.updated ? h('small', { class: 'fresh' }, t('updated', clock(known.updated, SECOND))) : null,
    h('button', { type: 'button', class: 'quiet', lang: language === 'es' ? 'en' : 'es', onclick: () => { switchLanguage(); draw(); } }, t('language')),
    known.list && h('span', { class: 'user', title: known.list.user }, person(known.list.user)),
    api.session.signedIn && h('button', { type: 'button', class: 'quiet', onclick: () => { leave(''); draw(); } }, t('signOut')));
}

function notices() {
  const { list, refusal, updated } = known;
  return [
    refusal && h('p', { class: 'notice bad', role: 'alert' }, explain(refusal)),
    updated > 0 && api.now() - updated > OLD && h('p', { class: 'notice warn', role: 'status' }, t('old', clock(updated, SECOND))),
    list && !list.watching && h('p', { class: 'notice warn', role: 'status' }, t('notWatching')),
    list?.incomplete && h('p', { class: 'notice warn' }, t('incomplete')),
    list?.tasks.length === 0 && h('p', { class: 'notice warn' }, t('noTasks', person(list.user))),
  ];
}

function signIn() {
  return h('section', { class: 'card sign-in' },
    h('h1', { tabindex: '-1' }, t('signIn')),
    known.why && h('p', { class: 'notice warn', role: 'alert' }, t(known.why)),
    h('p', {}, t('signInHow')),
    command('kubectl -n crm create token maria --audience=crm-task-operator --duration=1h', t('signIn')),
    h('p', { class: 'muted' }, t('signInWho')),
    h('form', { onsubmit: (event) => {
      event.preventDefault();
      api.session.signIn(new FormData(event.target).get('token'));
      event.target.reset();
      known.signInNeeded = false;
      refresh();
    } },
    h('label', {}, t('token'), h('input', { name: 'token', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false' })),
    h('button', { type: 'submit', class: 'main' }, t('signIn'))));
}

connect(() => { draw(); refresh(); }, explain);
addEventListener('hashchange', () => {
  draw();
  if (!known.signInNeeded) refresh().then(() => document.querySelector('h1')?.focus());
});
document.addEventListener('visibilitychange', () => document.hidden || known.signInNeeded || refresh());
draw();
refresh();
