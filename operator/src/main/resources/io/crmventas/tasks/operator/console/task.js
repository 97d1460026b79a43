// The page of one task.
import { h } from './dom.js';
import { ask, progress } from './actions.js';
import { badge, bar, bars, card, command, conditionBadge, lastResult, nextRun, pausedAlone, pauseWords, rows, state, table, time, trouble } from './parts.js';
import { countName, did, dry, duration, moment, number, resultWord, scheduleWords, stateWord, t, triggerWord, zoneOf } from './words.js';
import { fresh, URGENT } from './views.js';

export function oneTask({ detail, list, now }) {
  const { task, may } = detail;
  const { spec, status } = task;
  const zone = zoneOf(task);
  return [
    h('div', { class: 'heading' },
      h('div', {}, h('h1', { tabindex: '-1' }, task.name), h('p', { class: 'under' }, `${task.namespace} · ${spec.task}`, state(task))),
      h('div', { class: 'buttons' }, buttons(task, may))),
    !may.run && !may.pause && h('p', { class: 'calm' }, t('readOnly')),
    progress(task),
    status.pause && h('p', { class: 'notice idle' }, pauseWords(status.pause, zone)),
    attention(task),
    h('dl', { class: 'facts card' }, [
      [t('schedule'), scheduleWords(spec)],
      [t('nextRun'), nextRun(task, now)],
      [t('lastRun'), lastResult(status.lastRun, zone, now)],
      [t('did'), did(status.lastRun) || t('none')],
      status.lastDryRun && [t('dryRun'), lastResult(status.lastDryRun, zone, now)],
      [t('fresh'), h('span', { class: 'stack' }, fresh(task, now), status.freshPeriod && h('small', {}, t('freshUntil', moment(status.freshPeriod.until)[0])))],
    ].filter(Boolean).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    h('div', { class: 'columns' },
      h('div', {}, card(t('timeline'), runs(status, zone)), card(t('conditions'), conditions(status))),
      h('div', {}, counts(status.lastDryRun), counts(status.lastRun), warnings(status.lastRun), preflight(status), card(t('parameters'), parameters(spec)))),
    card(t('commands'), commands(task, list, now)),
  ];
}

function buttons(task, may) {
  const button = (action, kind) => h('button', { type: 'button', class: kind, onclick: () => ask(action, task) }, t(action));
  return [may.run && button('runNow', 'main'), may.run && button('dryRun'), may.pause && button(pausedAlone(task.status) ? 'resume' : 'pause')];
}

function attention(task) {
  const run = task.status.lastRun;
  const { reason, message, remedy } = trouble(task);
  return URGENT.includes(task.status.state) && message && h('div', { class: `notice ${task.status.state === 'Failing' ? 'bad' : 'warn'}` },
    h('strong', {}, [reason, run?.step && reason === run.reason && `(${run.step})`].filter(Boolean).join(' ')),
    h('p', {}, message), remedy && h('p', { class: 'remedy' }, h('strong', {}, `${t('whatToDo')}: `), remedy));
}

function runs({ history = [] }, zone) {
  if (!history.length) return h('p', {}, t('noRuns'));
  const longest = Math.max(...history.map((run) => run.durationSeconds ?? 0));
  const words = (run) => [moment(run.completionTime ?? run.scheduledTime)[0], resultWord(run.result).text, duration(run.durationSeconds)].filter(Boolean).join(', ');
  return [
    bars(`${t('timeline')}: ${history.map(words).join('; ')}`, history.toReversed().map((run) => ({
      title: words(run), parts: [{ value: Math.max(run.durationSeconds ?? 0, longest / 30, 0.01), tone: resultWord(run.result).tone }],
    }))),
    table(t('timeline'), [t('endedAt'), t('result'), t('trigger'), t('duration')], history.map((run) => [
      time(run.completionTime ?? run.scheduledTime, zone),
      h('span', { class: 'stack' }, badge(resultWord(run.result)), run.reason && run.reason !== run.result && h('small', {}, run.reason)),
      triggerWord(run.trigger),
      duration(run.durationSeconds),
    ])),
  ];
}

const conditions = ({ conditions: all = [] }) => rows(all.map((condition) => [
  h('div', {}, h('b', {}, condition.type), conditionBadge(condition), h('code', {}, condition.reason), h('small', {}, moment(condition.lastTransitionTime)[0])),
  h('div', { class: 'why' }, condition.message)]));

function counts(run) {
  const all = Object.entries(run?.counts ?? {});
  if (!all.length) return null;
  const most = Math.max(...all.map(([, value]) => value));
  return card(t(dry(run) ? 'countsDry' : 'counts'), h('ul', { class: 'counts' }, all.map(([name, value]) => h('li', {},
    h('b', {}, number(value)), h('span', {}, countName(name, value)), bar(value, most, dry(run) ? 'info' : 'good')))));
}

const warnings = (run) => run?.warnings?.length > 0 && card(t('warnings'), rows(run.warnings));

function preflight({ preflight: found }) {
  return found && card(t('preflight'), h('p', {}, badge(found.result ? resultWord(found.result) : stateWord('Running')), ' ', found.reason && h('code', {}, found.reason)),
    found.message && h('p', {}, found.message), found.completionTime && h('small', {}, moment(found.completionTime)[0]));
}

function parameters(spec) {
  const { parameters: own = {}, task, ...settings } = spec;
  const list = (values) => h('dl', { class: 'pairs' }, Object.entries(values).map(([name, value]) => h('div', {},
    h('dt', {}, name), h('dd', {}, typeof value === 'object' ? JSON.stringify(value) : String(value)))));
  return [Object.keys(own).length ? list(own) : h('p', {}, t('defaults')), h('details', {}, h('summary', {}, t('settings')), list(settings))];
}

function commands({ namespace, name, status }, list, now) {
  // A fixed date would be over one day, and a pause that is over pauses nothing.
  const tomorrow = new Date(now + 86_400_000).toISOString().slice(0, 10);
  const annotate = `kubectl -n ${namespace} annotate crmtask ${name} --overwrite`;
  const all = `kubectl -n ${list?.operatorNamespace ?? '<namespace of the operator>'}`;
  return h('ul', { class: 'commands' }, [
    [t('see'), `kubectl -n ${namespace} describe crmtask ${name}`],
    status.lastRun && [t('log'), `kubectl -n ${namespace} logs job/${status.lastRun.jobName}`],
    [t('runNow'), `${annotate} crmventas.io/run-requested="$(date +%s)"`],
    [t('dryRun'), `${annotate} crmventas.io/dry-run-requested="$(date +%s)"`],
    [t('pause'), `${annotate} crmventas.io/paused="why" crmventas.io/paused-until=${tomorrow}T08:00:00Z`],
    [t('resume'), `${annotate} crmventas.io/paused- crmventas.io/paused-by- crmventas.io/paused-until- crmventas.io/resume-requested="$(date +%s)"`],
    [t('pauseAll'), `${all} create configmap crm-task-operator-pause --from-literal=paused=true --from-literal=until= --dry-run=client -o yaml | kubectl apply -f -`],
    [t('resumeAll'), `${all} delete configmap crm-task-operator-pause`],
  ].filter(Boolean).map(([label, text]) => h('li', {}, h('span', {}, label), command(text, label))));
}
