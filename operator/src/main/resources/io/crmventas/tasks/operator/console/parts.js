// Small pieces that several views show.
import { h } from './dom.js';
import { did, moment, person, relative, resultWord, stateWord, t, zoneOf } from './words.js';

export const badge = ({ text, tone }) => h('span', { class: `badge ${tone}` }, text);
export const withNamespace = ({ namespace, name }) =>
  [h('a', { href: `#/tasks/${namespace}/${name}` }, name), h('small', {}, namespace)];
/** A list with a line between its entries, or a sentence where there is none. */
export const rows = (entries, none) => (entries.length
  ? h('ul', { class: 'rows' }, entries.map((entry) => h('li', {}, entry)))
  : h('p', { class: 'calm' }, none));
export const card = (title, ...content) => h('section', { class: 'card' }, h('h2', {}, title), content);

/** A time in the viewer's zone, in the task's zone if that differs, and relative to now. */
export function time(iso, zone, now, away = now && relative(iso, now)) {
  if (!iso) return '';
  const [here, there] = moment(iso, zone);
  return h('span', { class: 'time' }, h('time', { datetime: iso }, here), h('small', {}, [away, there].filter(Boolean).join(' · ')));
}
/** The next run. Its time is in the past until the operator has observed the run. */
export const nextRun = ({ status: { nextRunTime: next }, spec }, now) =>
  time(next, zoneOf({ spec }), now, Date.parse(next) <= now ? t('due') : undefined) || t('none');

/** The state as a badge; Waiting until the operator has written a status. */
export const state = (row) => badge(stateWord(row.status.state ?? 'Waiting'));

export function lastResult(run, zone, now) {
  if (!run) return t('none');
  return h('span', { class: 'stack' },
    badge(resultWord(run.result)),
    time(run.completionTime, zone, now));
}

/** Why a task needs attention and what to do about it, by its conditions or else by its last run. */
export function trouble({ status: { state: word, lastRun, conditions = [] } }) {
  if (word === 'Failing' && lastRun?.remedy) return lastRun;
  const worst = ['Stalled', 'Ready', 'Fresh'].map((type) => conditions.find((one) => one.type === type && wrong(one))).find(Boolean);
  return { reason: worst?.reason, message: worst?.message ?? did(lastRun) };
}
const wrong = ({ type, status }) => (type === 'Stalled' ? status === 'True' : ['Ready', 'Fresh'].includes(type) && status === 'False');

/** The status of a condition, in Kubernetes' own word. Only a condition that needs attention has a colour. */
export const conditionBadge = (condition) => badge({ text: condition.status, tone: wrong(condition) ? 'warn' : 'idle' });

/** Whether the task itself is paused, by a person or after its failures: only then can the viewer resume it alone. */
export const pausedAlone = ({ pause }) => Boolean(pause && pause.source !== 'Operator');

/** Who paused it, why, since when and until when. */
export function pauseWords(pause, zone) {
  const all = pause.source === 'Operator';
  const head = pause.source === 'Breaker' ? t('pausedItself') : t(all ? 'pausedAllBy' : 'pausedBy', pause.by ? person(pause.by) : t('someone'));
  const [here, there] = moment(pause.until, zone);
  const when = [t('since', moment(pause.since, zone)[0]), pause.until ? t('untilTime', there ? `${here} (${there})` : here) : t('openEnd')];
  return [h('strong', {}, head), pause.reason && h('q', {}, pause.reason), h('small', {}, when.join(', '))];
}

/** Bars side by side, each a stack of parts. The label describes the picture in words. */
export function bars(label, columns) {
  const height = 64;
  const most = Math.max(1, ...columns.map((column) => column.parts.reduce((sum, part) => sum + part.value, 0)));
  const places = Math.max(columns.length, 12);
  const wide = 100 / places;
  return h('svg', { class: 'bars', role: 'img', 'aria-label': label, viewBox: `0 0 100 ${height}`, preserveAspectRatio: 'none' },
    columns.map(({ title, parts }, index) => {
      const place = places - columns.length + index;
      let top = height;
      return h('g', {}, h('title', {}, title), parts.filter((part) => part.value > 0).map((part) => {
        const tall = Math.max(2, (part.value / most) * height);
        top -= tall;
        return h('rect', { class: part.tone, x: (place + 0.12) * wide, width: wide * 0.76, y: Math.max(0, top), height: tall });
      }));
    }));
}

export const bar = (value, most, tone) => h('svg', { class: 'bar', 'aria-hidden': 'true', viewBox: '0 0 100 8', preserveAspectRatio: 'none' },
  h('rect', { class: 'track', width: 100, height: 8 }), h('rect', { class: tone, width: most ? (100 * value) / most : 0, height: 8 }));

export const command = (text, name) => h('div', { class: 'command' }, h('code', { tabindex: '0' }, text),
  h('button', { type: 'button', class: 'quiet', 'aria-label': `${t('copy')}: ${name}`, onclick: async ({ target }) => {
    await navigator.clipboard.writeText(text);
    target.textContent = t('copied');
  } }, t('copy')));

/** A table that becomes one card a row on a phone. */
export const table = (caption, heads, rows) => h('table', {}, h('caption', {}, caption),
  h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
  h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell, index) => h('td', { 'data-head': heads[index] }, cell))))));
