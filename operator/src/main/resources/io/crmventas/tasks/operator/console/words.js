// All texts of the page itself, in English and in Spanish. The page does not translate messages of Kubernetes and of runs.

const TEXT = {
  title: ['CRM tasks', 'Tareas del CRM'],
  overview: ['Overview', 'Resumen'],
  tasks: ['Tasks', 'Tareas'],
  language: ['Español', 'English'],
  signIn: ['Sign in', 'Entrar'],
  signOut: ['Sign out', 'Salir'],
  token: ['Kubernetes token', 'Token de Kubernetes'],
  signInHow: ['Create a token that is valid for one hour, and paste it here. It stays in the memory of this tab: nothing stores it.',
    'Cree un token válido por una hora y péguelo aquí. Queda en la memoria de esta pestaña: nada lo guarda.'],
  signInWho: ['Replace the namespace and the service account by yours. An administrator creates the account.',
    'Cambie el namespace y la cuenta de servicio por los suyos. Un administrador crea la cuenta.'],
  expired: ['Kubernetes no longer accepts your token: it has expired or is not for this operator. Create a new one with the command below, and sign in again.',
    'Kubernetes ya no acepta su token: ha caducado o no es para este operador. Cree otro con la orden de abajo y entre de nuevo.'],
  refusedToken: ['Kubernetes does not accept this token: it has expired, is not complete, or is not for this operator. Create a new one with the command below.',
    'Kubernetes no acepta este token: ha caducado, no está completo o no es para este operador. Cree otro con la orden de abajo.'],
  proxyEnded: ['Your session at the proxy may have ended. Reload the page to sign in there again.',
    'Su sesión en el proxy puede haber terminado. Recargue la página para entrar allí de nuevo.'],
  forbidden: ['You may not do this: {0}. Ask an administrator for the permission.', 'No tiene permiso para esto: {0}. Pida el permiso a un administrador.'],
  noTasks: ['{0} may read no task. Ask an administrator to bind the ClusterRole view to this account in the namespace of the tasks.',
    '{0} no puede leer ninguna tarea. Pida a un administrador que asigne el ClusterRole view a esta cuenta en el namespace de las tareas.'],
  incomplete: ['Your permissions name single tasks, and this page checks 50 of those names at most. Some of your tasks may be missing here; their own pages open by address.',
    'Sus permisos nombran tareas sueltas, y esta página comprueba como máximo 50 de esos nombres. Aquí pueden faltar tareas suyas; sus páginas se abren por dirección.'],
  noAnswer: ['The operator does not answer. Check your connection; the page tries again by itself.',
    'El operador no responde. Revise su conexión; la página lo intenta de nuevo sola.'],
  failed: ['The operator answered {0}: {1}', 'El operador respondió {0}: {1}'],
  old: ['This data is from {0}.', 'Estos datos son de las {0}.'],
  notWatching: ['The operator has lost its connection to Kubernetes. What you see may be old.',
    'El operador ha perdido su conexión con Kubernetes. Lo que ve puede ser antiguo.'],
  updated: ['Updated {0}', 'Actualizado {0}'],
  loading: ['Loading…', 'Cargando…'],
  attention: ['Needs attention', 'Requieren atención'],
  allWell: ['No task needs attention.', 'Ninguna tarea requiere atención.'],
  runs24: ['Runs of the last 24 hours', 'Ejecuciones de las últimas 24 horas'],
  runs24Note: ['Each task remembers its latest runs only, so a frequent task shows fewer here.',
    'Cada tarea recuerda solo sus últimas ejecuciones, así que una tarea frecuente muestra menos aquí.'],
  runs24Sum: ['{0} succeeded, {1} failed, {2} other', '{0} correctas, {1} fallidas, {2} otras'],
  hoursAgo: ['{0} h ago', 'hace {0} h'],
  now: ['now', 'ahora'],
  due: ['due now', 'toca ahora'],
  nonePaused: ['No task is paused.', 'Ninguna tarea está en pausa.'],
  latest: ['Latest runs', 'Últimas ejecuciones'],
  noRuns: ['No run yet.', 'Aún no hay ejecuciones.'],
  all: ['All', 'Todas'],
  search: ['Search by name, namespace or task', 'Buscar por nombre, namespace o tarea'],
  noMatch: ['No task matches.', 'Ninguna tarea coincide.'],
  pages: ['Pages', 'Páginas'],
  page: ['{0} to {1} of {2}', '{0} a {1} de {2}'],
  previous: ['Previous', 'Anterior'],
  next: ['Next', 'Siguiente'],
  name: ['Task', 'Tarea'],
  state: ['State', 'Estado'],
  schedule: ['Schedule', 'Horario'],
  lastRun: ['Last run', 'Última ejecución'],
  did: ['What it did', 'Qué hizo'],
  nextRun: ['Next run', 'Próxima ejecución'],
  none: ['none', 'ninguna'],
  fresh: ['Last success', 'Último éxito'],
  never: ['never', 'nunca'],
  freshUntil: ['the next success is due by {0}', 'el próximo éxito se espera hasta {0}'],
  stale: ['too long ago', 'hace demasiado'],
  runNow: ['Run now', 'Ejecutar ahora'],
  dryRun: ['Dry run', 'Ensayo'],
  pause: ['Pause', 'Pausar'],
  resume: ['Resume', 'Reanudar'],
  pauseAll: ['Pause all tasks', 'Pausar todas las tareas'],
  resumeAll: ['Resume all tasks', 'Reanudar todas las tareas'],
  cancel: ['Cancel', 'Cancelar'],
  close: ['Close', 'Cerrar'],
  copy: ['Copy', 'Copiar'],
  copied: ['Copied', 'Copiado'],
  askRun: ['Run {0} now? It changes the CRM’s data.', '¿Ejecutar {0} ahora? Cambia los datos del CRM.'],
  askDryRun: ['Try {0}? The run does all the work and rolls it back: nothing changes.',
    '¿Ensayar {0}? La ejecución hace todo el trabajo y lo deshace: nada cambia.'],
  askPause: ['Pause {0}? No scheduled run starts until the pause ends. An active run continues.',
    '¿Pausar {0}? No empieza ninguna ejecución programada hasta que termine la pausa. Una ejecución activa continúa.'],
  askResume: ['Resume {0}? No missed run starts; the next one starts as scheduled.',
    '¿Reanudar {0}? No empieza ninguna ejecución perdida; la próxima empieza según el horario.'],
  everyTask: ['all tasks of this operator, in every namespace', 'todas las tareas de este operador, en todos los namespaces'],
  reason: ['Reason', 'Motivo'],
  until: ['Until', 'Hasta'],
  openEnd: ['until it is resumed', 'hasta que se reanude'],
  forHours: ['for {0}', 'durante {0}'],
  atTime: ['until a time…', 'hasta una hora…'],
  pastTime: ['This time has passed. Choose a later one.', 'Esta hora ya pasó. Elija otra posterior.'],
  sending: ['Sending…', 'Enviando…'],
  waiting: ['Requested. The operator starts the run.', 'Solicitada. El operador inicia la ejecución.'],
  running: ['The run is active since {0}.', 'La ejecución está activa desde {0}.'],
  refused: ['The run did not start: {0}', 'La ejecución no empezó: {0}'],
  ended: ['The run has ended: {0}', 'La ejecución terminó: {0}'],
  dryEnded: ['The dry run has ended: {0}', 'El ensayo terminó: {0}'],
  endedUnread: ['The run has ended. Its outcome is no longer in the status; read it with kubectl.',
    'La ejecución terminó. Su resultado ya no está en el estado; léalo con kubectl.'],
  pausing: ['Requested. The operator pauses the schedule.', 'Solicitado. El operador pausa el horario.'],
  resuming: ['Requested. The operator resumes the schedule.', 'Solicitado. El operador reanuda el horario.'],
  pausedNow: ['The schedule is paused.', 'El horario está en pausa.'],
  resumedNow: ['The schedule continues.', 'El horario continúa.'],
  would: ['would change: {0}', 'cambiaría: {0}'],
  nothing: ['nothing to do', 'nada que hacer'],
  pausedBy: ['Paused by {0}', 'En pausa por {0}'],
  pausedAllBy: ['All tasks are paused by {0}', 'Todas las tareas están en pausa por {0}'],
  pausedItself: ['Paused itself after too many failures', 'Se pausó sola tras demasiados fallos'],
  someone: ['an unnamed person', 'una persona sin nombre'],
  since: ['since {0}', 'desde {0}'],
  untilTime: ['until {0}', 'hasta {0}'],
  whatToDo: ['What to do', 'Qué hacer'],
  timeline: ['Runs and how long they took', 'Ejecuciones y cuánto tardaron'],
  endedAt: ['Ended', 'Terminó'],
  result: ['Result', 'Resultado'],
  trigger: ['Trigger', 'Origen'],
  duration: ['Duration', 'Duración'],
  counts: ['What the last run counted', 'Qué contó la última ejecución'],
  countsDry: ['What the dry run would have changed', 'Qué habría cambiado el ensayo'],
  conditions: ['Conditions', 'Condiciones'],
  warnings: ['Warnings', 'Avisos'],
  preflight: ['Preflight', 'Comprobación previa'],
  parameters: ['Parameters', 'Parámetros'],
  settings: ['Settings', 'Ajustes'],
  defaults: ['All parameters have their defaults.', 'Todos los parámetros tienen sus valores por defecto.'],
  commands: ['The same with kubectl', 'Lo mismo con kubectl'],
  see: ['See the task', 'Ver la tarea'],
  log: ['Log of the last run', 'Registro de la última ejecución'],
  readOnly: ['Your permissions let you read this task, but not run or pause it.', 'Sus permisos le dejan leer esta tarea, pero no ejecutarla ni pausarla.'],
  every: ['every {0}', 'cada {0}'],
  hourAt: ['every hour at minute {0}', 'cada hora en el minuto {0}'],
  hoursAt: ['every {0} hours at minute {1}', 'cada {0} horas en el minuto {1}'],
  at: ['at {0}', 'a las {0}'],
  onDays: ['{0} at {1}', '{0} a las {1}'],
  to: ['{0} to {1}', 'de {0} a {1}'],
  monthDay: ['on day {0} of each month at {1}', 'el día {0} de cada mes a las {1}'],
  and: [' and ', ' y '],
};

const STATES = {
  Failing: ['Failing', 'Con fallos', 'bad'], Stalled: ['Stalled', 'Bloqueada', 'bad'],
  Stale: ['Stale', 'Atrasada', 'warn'], Waiting: ['Waiting', 'En espera', 'warn'],
  Running: ['Running', 'En curso', 'info'], Paused: ['Paused', 'En pausa', 'idle'],
  Scheduled: ['Scheduled', 'Programada', 'good'], Disabled: ['Disabled', 'Desactivada', 'idle'],
};
const RESULTS = {
  Succeeded: ['Succeeded', 'Correcta', 'good'], NoWork: ['No work', 'Sin trabajo', 'good'],
  Partial: ['Partial', 'Parcial', 'warn'], Failed: ['Failed', 'Fallida', 'bad'],
  SkippedLocked: ['Skipped: another run was active', 'Omitida: otra estaba activa', 'idle'],
  SkippedLate: ['Skipped: too late', 'Omitida: demasiado tarde', 'idle'], Unknown: ['Unknown', 'Desconocido', 'warn'],
};
const TRIGGERS = {
  Scheduled: ['schedule', 'horario'], Manual: ['by hand', 'a mano'], CatchUp: ['late, after a missed start', 'con retraso, tras un inicio perdido'], Trial: ['trial run', 'prueba'],
};
const COUNTS = {
  notifications: ['notification|notifications', 'notificación|notificaciones'],
  unanswered: ['unanswered conversation|unanswered conversations', 'conversación sin responder|conversaciones sin responder'],
  hotLead: ['hot lead|hot leads', 'lead caliente|leads calientes'],
  followUp: ['follow-up|follow-ups', 'seguimiento|seguimientos'],
  performance: ['performance alert|performance alerts', 'alerta de rendimiento|alertas de rendimiento'],
  unansweredCut: ['unanswered left for the next run', 'sin responder para la próxima'],
  hotLeadCut: ['hot leads left for the next run', 'leads calientes para la próxima'],
  followUpCut: ['follow-ups left for the next run', 'seguimientos para la próxima'],
  orphanMessages: ['message without conversation|messages without conversation', 'mensaje sin conversación|mensajes sin conversación'],
  metricsWritten: ['metric written|metrics written', 'métrica escrita|métricas escritas'],
  metricsUnchanged: ['metric unchanged|metrics unchanged', 'métrica sin cambios|métricas sin cambios'],
  notificationsDeleted: ['notification deleted|notifications deleted', 'notificación borrada|notificaciones borradas'],
  metricsDeleted: ['metric deleted|metrics deleted', 'métrica borrada|métricas borradas'],
  chatSessionsDeleted: ['chat session deleted|chat sessions deleted', 'sesión de chat borrada|sesiones de chat borradas'],
  reports: ['report|reports', 'informe|informes'],
  redisNotConfirmed: ['message that Redis did not confirm|messages that Redis did not confirm', 'mensaje sin confirmar por Redis|mensajes sin confirmar por Redis'],
};

const stored = () => { try { return localStorage.getItem('language'); } catch { return null; } };
export let language = stored() ?? (navigator.language.startsWith('es') ? 'es' : 'en');
export function switchLanguage() {
  language = language === 'es' ? 'en' : 'es';
  try { localStorage.setItem('language', language); } catch { /* without storage, the next visit asks the browser again */ }
}

const side = (pair) => pair[language === 'es' ? 1 : 0];
export const t = (key, ...values) => side(TEXT[key]).replace(/\{(\d)\}/g, (_, index) => values[index]);
export const stateNames = Object.keys(STATES);
const look = (table, word) => (Object.hasOwn(table, word) ? { text: side(table[word]), tone: table[word][2] } : { text: word, tone: 'idle' });
export const stateWord = (word) => look(STATES, word);
export const resultWord = (word) => look(RESULTS, word);
export const triggerWord = (word) => look(TRIGGERS, word ?? '').text;

export const number = (value, options) => new Intl.NumberFormat(language, options).format(value);
export const unit = (value, name, unitDisplay = 'short') => number(value, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: 1 });

export function duration(seconds) {
  if (seconds === undefined || seconds === null) return '';
  if (seconds < 60) return unit(seconds, 'second');
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${unit(minutes, 'minute')} ${unit(whole % 60, 'second')}`;
  return `${unit(Math.floor(minutes / 60), 'hour')} ${unit(minutes % 60, 'minute')}`;
}

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** How long ago, or in how long, in the largest unit that is not zero. */
export function relative(time, now) {
  const seconds = Math.round((Date.parse(time) - now) / 1000) || 0;
  const [name, size] = UNITS.find(([, long]) => Math.abs(seconds) >= long) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(language, { style: 'short' }).format(Math.trunc(seconds / size), name);
}

/** A time that cannot be read is shown as it is. */
export const clock = (time, options) => (Number.isNaN(new Date(time).getTime()) ? String(time)
  : new Intl.DateTimeFormat(language, options).format(new Date(time)));
const DAY = { day: 'numeric', month: 'short' };
const HOUR = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const MOMENT = { ...DAY, ...HOUR };
export const SECOND = { ...HOUR, second: '2-digit' };

/** A time in the viewer's zone; the second part is the time in the task's zone if that differs. */
export function moment(time, zone) {
  const at = (options, timeZone) => clock(time, { ...options, timeZone });
  const here = at(MOMENT);
  try {
    if (!zone || at(MOMENT, zone) === here) return [here, ''];
    return [here, `${at(at(DAY, zone) === at(DAY) ? HOUR : MOMENT, zone)} ${city(zone)}`];
  } catch { // a zone that this browser does not know
    return [here, ''];
  }
}

/** The time zone of a task's schedule; an interval has none. */
export const zoneOf = ({ spec }) => (spec.interval || spec.schedule?.startsWith('@every') ? '' : spec.timeZone ?? 'UTC');

/** A user as people know it: "maria (crm)" for a service account. */
export function person(user) {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return name ? `${name} (${namespace})` : user;
}
const city = (zone) => (zone ?? 'UTC').split('/').at(-1).replaceAll('_', ' ');

function every(text) {
  const seconds = (letter) => UNITS.find(([name]) => name.startsWith(letter))[1];
  const total = [...text.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, count, letter]) => sum + count * seconds(letter), 0);
  const [name, size] = UNITS.find(([, long]) => total % long === 0);
  return t('every', total === size ? unit(1, name, 'long').replace(/^1\s/, '') : unit(total / size, name, 'long'));
}

const MACROS = { '@hourly': '0 * * * *', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@weekly': '0 0 * * 0', '@monthly': '0 0 1 * *' };
const weekday = (day) => clock(Date.UTC(2023, 0, 1 + Number(day)), { weekday: 'long', timeZone: 'UTC' }); // a Sunday

/** A schedule in words if the page can describe it, otherwise its own text. */
export function scheduleWords({ interval, schedule, timeZone }) {
  if (interval) return every(interval);
  if (!schedule) return '';
  if (schedule.startsWith('@every ')) return every(schedule.slice(7));
  const [minute, hour, day, month, weekdays] = (MACROS[schedule] ?? schedule).split(' ');
  const place = `, ${city(timeZone)}`;
  const times = hour?.split(',').map((one) => `${one.padStart(2, '0')}:${minute.padStart(2, '0')}`).join(t('and'));
  const fixed = /^\d+$/.test(minute) && /^\d+(,\d+)*$/.test(hour);
  const daily = day === '*' && month === '*' && weekdays === '*';
  const step = /^(?:\*|\d-59)\/(\d+)$/.exec(minute);
  if (daily && step && hour === '*' && 60 % step[1] === 0) return every(`${step[1]}m`);
  if (daily && /^\d+$/.test(minute) && hour === '*') return t('hourAt', minute);
  if (daily && /^\d+$/.test(minute) && /^\*\/\d+$/.test(hour) && 24 % hour.slice(2) === 0) return t('hoursAt', hour.slice(2), minute);
  if (daily && fixed) return t('at', times) + place;
  const days = /^[0-7]-[0-7]$/.test(weekdays) ? t('to', weekday(weekdays[0]), weekday(weekdays[2]))
    : /^[0-7](,[0-7])*$/.test(weekdays) && weekdays.split(',').map(weekday).join(t('and'));
  if (fixed && days && day === '*' && month === '*') return t('onDays', days, times) + place;
  if (fixed && /^\d+$/.test(day) && month === '*' && weekdays === '*') return t('monthDay', day, times) + place;
  return schedule + place;
}

/** A count in words, as in "12 notifications". A name that this page does not know is split at its capitals. */
export function countName(name, value) {
  if (!Object.hasOwn(COUNTS, name)) return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const [one, many] = side(COUNTS[name]).split('|');
  return value === 1 ? one : many ?? one;
}

export const dry = (run) => run.trigger === 'DryRun';

/** What a run did, in words. */
export function did(run) {
  if (!run) return '';
  const counts = Object.entries(run.counts ?? {}).filter(([, value]) => value > 0).toSorted((a, b) => b[1] - a[1]);
  const list = counts.map(([name, value]) => `${number(value)} ${countName(name, value)}`).join(', ');
  if (dry(run) && list) return t('would', list);
  return list || (['Succeeded', 'NoWork'].includes(run.result) ? t('nothing') : run.message ?? run.reason ?? '');
}
