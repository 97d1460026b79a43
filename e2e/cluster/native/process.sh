# Daemons by pid file. A pid file holds pid and start time, so another process with a reused pid is never stopped.
# shellcheck shell=bash

start_time_of() { # field 22 of stat, counted behind the command, which may contain blanks; none for a zombie
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }
  # shellcheck disable=SC2086
  set -- $stat
  [[ $1 != Z ]] && echo "${20}"
}

# start NAME command...: detached, with a clean environment, output in $LOGS/NAME.log.
start() {
  local name=$1 pid
  shift
  mkdir -p "$LOGS" "$STATE/pids"
  printf '\n=== %(%FT%TZ)T %s\n' -1 "$*" >>"$LOGS/$name.log"
  (cd / && exec env -i "PATH=$PATH" "HOME=$STATE" LC_ALL=C setsid "$@" </dev/null >>"$LOGS/$name.log" 2>&1 9>&-) &
  pid=$!
  disown "$pid"
  echo "$pid $(start_time_of "$pid")" >"$STATE/pids/$name"
}

alive() {
  local pid started
  read -r pid started 2>/dev/null <"$STATE/pids/$1" || return 1
  [[ -n $started && $(start_time_of "$pid") == "$started" ]]
}

# stop NAME [SIGNAL]: asks, waits, then kills.
stop() {
  local pid _
  if alive "$1"; then
    read -r pid _ <"$STATE/pids/$1"
    kill -"${2:-TERM}" "$pid" 2>/dev/null || true
    wait_until 10 not_alive "$1" || kill -KILL "$pid" 2>/dev/null || true
    wait_until 5 not_alive "$1" || warn "$1 (pid $pid) does not end"
  fi
  rm -f "$STATE/pids/$1"
}

not_alive() { ! alive "$1"; }

# wait_ready NAME SECONDS command...: waits for the condition while the daemon runs; shows its log if the daemon ends.
wait_ready() {
  local name=$1 limit=$2
  shift 2
  # shellcheck disable=SC2317 # called by name
  ready_or_dead() { "$@" || ! alive "$name"; }
  if ! wait_until "$limit" ready_or_dead "$@" || ! alive "$name"; then
    tail -n 15 "$LOGS/$name.log" >&2
    die "$name did not become ready within $limit s" "its log: $LOGS/$name.log"
  fi
}

# http_ok HOST PORT PATH: plain HTTP 200, without curl.
http_ok() {
  local line
  exec 8<>"/dev/tcp/$1/$2" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" >&8
  read -r -t 2 line <&8 || line=
  exec 8>&-
  [[ $line == *" 200 "* ]]
}
