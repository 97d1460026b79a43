{{- /* The built-in tasks, each with the other spelling that --set and Terraform need. */}}
{{- define "crm.builtIn" -}}
{notification-checks: notificationChecks, metrics-refresh: metricsRefresh, cleanup: cleanup, daily-reports: dailyReports}
{{- end }}

{{- /*
The values of each built-in task in one map: its keys, the keys under its other spelling and those of "spec".
The result is JSON: values, and problems for keys that have two different values.
*/}}
{{- define "crm.taskValues" -}}
{{- $values := dict }}
{{- $problems := list }}
{{- range $task, $alias := include "crm.builtIn" . | fromYaml }}
  {{- $merged := dict }}
  {{- $from := dict }}
  {{- range uniq (list $task $alias) }}
    {{- $spelling := . }}
    {{- $own := index $.Values.tasks . | default dict }}
    {{- range list (dict "map" (omit $own "spec") "path" "") (dict "map" ($own.spec | default dict) "path" ".spec") }}
      {{- $path := .path }}
      {{- range $key, $value := .map }}
        {{- if not (kindIs "invalid" $value) }}
          {{- $source := printf "tasks.%s%s.%s" $spelling $path $key }}
          {{- if and (hasKey $merged $key) (ne (toJson $value) (toJson (get $merged $key))) (ne $key "create") }}
            {{- if and (kindIs "map" $value) (kindIs "map" (get $merged $key)) }}
              {{- range $part, $set := $value }}
                {{- if and (hasKey (get $merged $key) $part) (ne (toJson $set) (toJson (get (get $merged $key) $part))) }}
                  {{- $problems = append $problems (printf "%s.%s and %s.%s have different values; remove one of them" (get $from $key) $part $source $part) }}
                {{- end }}
              {{- end }}
              {{- $_ := set $merged $key (mergeOverwrite (deepCopy (get $merged $key)) $value) }}
            {{- else }}
              {{- $problems = append $problems (printf "%s and %s have different values; remove one of them" (get $from $key) $source) }}
            {{- end }}
          {{- else if or (ne $key "create") (not $value) (not (hasKey $merged $key)) }}
            {{- $_ := set $merged $key $value }}
            {{- $_ := set $from $key $source }}
          {{- end }}
        {{- end }}
      {{- end }}
    {{- end }}
  {{- end }}
  {{- range include "crm.scheduleProblems" (dict "task" $merged "from" $from "scheduled" (eq $task "daily-reports")) | fromJsonArray }}{{ $problems = append $problems . }}{{ end }}
  {{- $_ := set $values $task $merged }}
{{- end }}
{{- range $name, $spec := .Values.tasks.extra }}
  {{- $from := dict }}
  {{- range $field := list "interval" "schedule" "timeZone" }}{{ $_ := set $from $field (printf "tasks.extra.%s.%s" $name $field) }}{{ end }}
  {{- if and $spec (not $spec.interval) (not $spec.schedule) }}
    {{- $problems = append $problems (printf "%s and %s: neither is set; set one of them" $from.interval $from.schedule) }}
  {{- end }}
  {{- range include "crm.scheduleProblems" (dict "task" ($spec | default dict) "from" $from) | fromJsonArray }}{{ $problems = append $problems . }}{{ end }}
{{- end }}
{{- dict "values" $values "problems" $problems | toJson }}
{{- end }}

{{- /*
The problems of when a task runs, as JSON: crm.scheduleProblems of (dict "task" … "from" … "scheduled" …). "from" has the source of
each field; "scheduled" tells that the task has a schedule by default.
*/}}
{{- define "crm.scheduleProblems" -}}
{{- $problems := list }}
{{- with .task }}
  {{- if and .interval (not (regexMatch `^([1-9][0-9]{0,4}d)?([1-9][0-9]{0,5}h)?([1-9][0-9]{0,5}m)?$` (toString .interval))) }}
    {{- $problems = append $problems (printf "%s is %v; write whole minutes, hours or days with their unit, as in 30m, 1h30m or 2d" $.from.interval .interval) }}
  {{- end }}
  {{- if and .interval .schedule }}
    {{- $problems = append $problems (printf "%s and %s: a task has one of them; remove the other" $.from.interval $.from.schedule) }}
  {{- end }}
  {{- if and .timeZone (not .schedule) (or .interval (not $.scheduled)) }}
    {{- $problems = append $problems (printf "%s needs a schedule: an interval is the same in every zone; remove it" $.from.timeZone) }}
  {{- end }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- /* Every task of the release: name to spec, labels and annotations, as JSON. */}}
{{- define "crm.tasks" -}}
{{- $tasks := dict }}
{{- if .Values.tasks.create }}
  {{- $settings := (include "crm.settings" . | fromJson).values }}
  {{- $intervals := dict "notification-checks" "NOTIFICATION_CHECK_INTERVAL_MINUTES" "metrics-refresh" "METRICS_REFRESH_INTERVAL_MINUTES" "cleanup" "CLEANUP_INTERVAL_HOURS" }}
  {{- range $name, $own := (include "crm.taskValues" . | fromJson).values }}
    {{- if ne (toString $own.create) "false" }}
      {{- $spec := merge (dict "task" $name) (omit $own "create" "labels" "annotations") }}
      {{- if and (not $spec.schedule) (not $spec.interval) }}
        {{- if eq $name "daily-reports" }}
          {{- $_ := set $spec "schedule" "0 8 * * *" }}
        {{- else }}
          {{- $_ := set $spec "interval" (get (get $settings (get $intervals $name)) "value") }}
        {{- end }}
      {{- end }}
      {{- if and (eq $name "daily-reports") $spec.schedule (not $spec.timeZone) (not (hasPrefix "@every " $spec.schedule)) }}
        {{- $_ := set $spec "timeZone" "America/Argentina/Buenos_Aires" }}
      {{- end }}
      {{- $_ := set $tasks $name (dict "spec" $spec "labels" ($own.labels | default dict) "annotations" ($own.annotations | default dict)) }}
    {{- end }}
  {{- end }}
{{- end }}
{{- range $name, $spec := .Values.tasks.extra }}
  {{- if $spec }}{{ $_ := set $tasks $name (dict "spec" (deepCopy $spec)) }}{{ end }}
{{- end }}
{{- toJson $tasks }}
{{- end }}

{{- /* As JSON, the entry of databases of each task that uses one: the built-in tasks, and extra tasks with database: true. */}}
{{- define "crm.taskDatabases" -}}
{{- $found := dict }}
{{- $databases := include "crm.databases" . | fromJson }}
{{- $builtIn := include "crm.builtIn" . | fromYaml }}
{{- range $name, $task := include "crm.tasks" . | fromJson }}
  {{- $type := $task.spec.task }}
  {{- if or (hasKey $builtIn $type) (index $.Values.extraTasks $type | default dict).database }}
    {{- $_ := set $found $name (get $databases ($task.spec.database | default "default") | default dict) }}
  {{- end }}
{{- end }}
{{- toJson $found }}
{{- end }}
