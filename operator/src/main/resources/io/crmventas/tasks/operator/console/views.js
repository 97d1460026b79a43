// The overview and the list of all tasks.
import { h } from './dom.js';
import { ask } from './actions.js';
import { badge, bars, card, lastResult, nextRun, pausedAlone, pauseWords, rows, state, table, time, trouble, withNamespace } from './parts.js';
import { did, number, scheduleWords, stateNames, stateWord, t, zoneOf } from './words.js';

const PAGE = 50;
export const URGENT = ['Failing', 'Stalled', 'Stale', 'Waiting'];
const stateOf = (row) => row.status.state ?? 'Waiting';
const rank = (row) => stateNames.indexOf(stateOf(row));

export function overview({ list, now }) {
  const urgent = list.tasks.filter((row) => URGENT.includes(stateOf(row))).toSorted((a, b) => rank(a) - rank(b));
  const latest = list.tasks.filter((row) => row.status.lastRun?.completionTime)
    .toSorted((a, b) => Date.parse(b.status.lastRun.completionTime) - Date.parse(a.status.lastRun.completionTime));
  const paused = list.tasks.filter((row) => pausedAlone(row.status));
  const all = list.tasks.find((row) => row.status.pause?.source === 'Operator')?.status.pause;
  return [
    h('div', { class: 'heading' }, h('h1', { tabindex: '-1' }, t('overview')),
      list.mayPauseAll && h('button', { type: 'button', onclick: () => ask(all ? 'resumeAll' : 'pauseAll') }, t(all ? 'resumeAll' : 'pauseAll'))),
    all && h('p', { class: 'notice idle' }, pauseWords(all)),
    h('ul', { class: 'tiles' }, stateNames.map((name) => tile(name, list.tasks.filter((row) => stateOf(row) === name).length))),
    h('div', { class: 'columns' },
      h('div', {},
        card(t('attention'), rows(urgent.slice(0, 12).map(urgentRow), t('allWell'))),
        card(t('latest'), rows(latest.slice(0, 8).map((row) => latestRow(row, now)), t('noRuns')))),
      h('div', {},
        card(t('runs24'), day(list.hours)),
        card(stateWord('Paused').text, rows(paused.slice(0, 12).map(pausedRow), t('nonePaused'))))),
  ];
}

const tile = (name, many) => h('li', {}, h('a', { class: `tile ${many ? stateWord(name).tone : 'zero'}`, href: `#/tasks?state=${name}` },
  h('span', { class: 'many' }, number(many)), ' ', h('span', {}, stateWord(name).text)));

function urgentRow(row) {
  const { reason, message, remedy } = trouble(row);
  return [h('div', {}, withNamespace(row), state(row)),
    h('div', { class: 'why' }, reason && h('code', {}, reason), h('span', {}, message), remedy && h('span', { class: 'remedy' }, `${t('whatToDo')}: ${remedy}`))];
}

const latestRow = (row, now) => [h('div', {}, withNamespace(row), lastResult(row.status.lastRun, zoneOf(row), now)),
  h('div', { class: 'why' }, did(row.status.lastRun))];

const pausedRow = (row) => [h('div', {}, withNamespace(row)), h('div', { class: 'why' }, pauseWords(row.status.pause, zoneOf(row)))];

function day(hours) {
  const words = (all) => t('runs24Sum', ...['succeeded', 'failed', 'other'].map((name) => number(all.reduce((sum, hour) => sum + hour[name], 0))));
  return [
    h('p', {}, words(hours)),
    bars(`${t('runs24')}: ${words(hours)}`, hours.map((hour, index) => ({
      title: `${t('hoursAgo', 24 - index)}: ${words([hour])}`,
      parts: [{ value: hour.succeeded, tone: 'good' }, { value: hour.failed, tone: 'bad' }, { value: hour.other, tone: 'idle' }],
    }))),
    h('div', { class: 'axis', 'aria-hidden': 'true' }, h('span', {}, t('hoursAgo', 24)), h('span', {}, t('hoursAgo', 12)), h('span', {}, t('now'))),
    h('small', {}, t('runs24Note')),
  ];
}

/** All tasks, those that need attention first; search, state and page are in the address, so that a link keeps them. */
export function allTasks({ list, now, query, go }) {
  const wanted = (query.get('q') ?? '').toLowerCase().trim();
  const only = query.get('state') ?? '';
  const found = list.tasks.filter((row) => `${row.name} ${row.namespace} ${row.spec.task}`.toLowerCase().includes(wanted));
  const rows = found.filter((row) => !only || stateOf(row) === only).toSorted((a, b) => rank(a) - rank(b));
  const last = Math.max(1, Math.ceil(rows.length / PAGE));
  const page = Math.min(last, Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1));
  const address = (changes) => {
    const next = new URLSearchParams(query);
    Object.entries({ page: '', ...changes }).forEach(([name, value]) => (value ? next.set(name, value) : next.delete(name)));
    return `#/tasks?${next}`;
  };
  const chip = (name, label, many) => h('a', { href: address({ state: name }), class: 'chip', 'aria-current': only === name ? 'true' : null }, `${label} `, h('b', {}, number(many)));
  const turn = (to, label) => (to < 1 || to > last ? h('span', { class: 'muted' }, label) : h('a', { href: address({ page: to }) }, label));
  return [
    h('h1', { tabindex: '-1' }, t('tasks')),
    h('div', { class: 'filters' },
      h('input', { type: 'search', 'aria-label': t('search'), placeholder: t('search'), value: query.get('q') ?? '', oninput: ({ target }) => go(address({ q: target.value })) }),
      h('nav', { 'aria-label': t('state') }, chip('', t('all'), found.length),
        stateNames.map((name) => [name, found.filter((row) => stateOf(row) === name).length])
          .filter(([name, many]) => many || name === only).map(([name, many]) => chip(name, stateWord(name).text, many)))),
    rows.length === 0 ? h('p', {}, t('noMatch')) : h('div', { class: 'card' }, table(t('tasks'),
      [t('name'), t('state'), t('schedule'), t('lastRun'), t('did'), t('fresh'), t('nextRun')],
      rows.slice((page - 1) * PAGE, page * PAGE).map((row) => cells(row, now)))),
    h('nav', { class: 'pages', 'aria-label': t('pages') }, turn(page - 1, t('previous')),
      h('span', { role: 'status' }, t('page', number(rows.length ? (page - 1) * PAGE + 1 : 0), number(Math.min(page * PAGE, rows.length)), number(rows.length))),
      turn(page + 1, t('next'))),
  ];
}

function cells(row, now) {
  const { spec, status } = row;
  return [
    h('span', { class: 'stack' }, withNamespace(row)),
    state(row),
    scheduleWords(spec),
    lastResult(status.lastRun, zoneOf(row), now),
    h('span', { class: 'did' }, did(status.lastRun)),
    fresh(row, now),
    nextRun(row, now),
  ];
}

export function fresh(row, now) {
  const { status } = row;
  const stale = (status.conditions ?? []).some(({ type, status: value }) => type === 'Fresh' && value === 'False');
  return h('span', { class: 'stack' }, time(status.lastSuccessTime, zoneOf(row), now) || t('never'),
    stale && badge({ text: t('stale'), tone: 'warn' }));
}
