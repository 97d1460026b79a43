{{- /*
One value for each setting. The order is: typed key, settings, dotenv, profile, default. An empty value in the .env decides
nothing, except for a flag: the CRM's old scheduler reads an empty flag as false, and so do we.
The result is JSON: values (id -> value, source, name) and problems, which never repeat a value that may be a credential.
*/}}
{{- define "crm.settings" -}}
{{- $values := dict }}
{{- $found := dict "problems" list }}
{{- $dotenv := include "crm.dotenv" . | fromJson }}
{{- $profile := get (include "crm.profiles" . | fromYaml) (.Values.profile | default "") | default dict }}
{{- $tasks := include "crm.taskValues" . | fromJson }}
{{- range include "crm.vocabulary" . | fromYamlArray }}
  {{- $name := .name | default .id }}
  {{- $typed := include "crm.typed" (dict "root" $ "row" . "tasks" $tasks.values) | fromJson }}
  {{- $entry := get $dotenv.entries $name | default dict }}
  {{- $credential := has .kind (list "dsn" "secret") }}
  {{- $chosen := dict }}
  {{- if $typed.source }}
    {{- $chosen = $typed }}
  {{- else if not (kindIs "invalid" (index $.Values.settings $name)) }}
    {{- $chosen = dict "raw" (index $.Values.settings $name) "source" (printf "settings.%s" $name) }}
  {{- else if and $entry (not $credential) (or $entry.value $entry.unset (eq .kind "flag")) }}
    {{- $chosen = dict "raw" $entry.value "source" (printf "dotenv, line %d" (int $entry.line)) }}
    {{- range $entry.unset }}
      {{- $_ := set $found "problems" (append $found.problems (printf "%s (%s): no earlier line of the file sets %s; write its value, or ${%s:-default}" $name $chosen.source . .)) }}
      {{- $_ := set $chosen "ready" true }}
    {{- end }}
  {{- else if hasKey $profile $name }}
    {{- $chosen = dict "raw" (get $profile $name) "source" (printf "profile %s" $.Values.profile) }}
  {{- else }}
    {{- $chosen = dict "raw" .default "source" "default" }}
  {{- end }}
  {{- $value := $chosen.raw }}
  {{- if not $chosen.ready }}
    {{- $value = include "crm.normal" (dict "kind" .kind "raw" $chosen.raw "source" $chosen.source "name" $name "found" $found) }}
  {{- end }}
  {{- $_ := set $values .id (dict "value" $value "source" $chosen.source "name" $name) }}
{{- end }}
{{- /* Runs log steps at INFO. A setting that turns steps on therefore lowers the level of the runs to INFO, unless runner.logLevel sets it. */}}
{{- $steps := $values.ENABLE_TASK_LOGGING }}
{{- $level := $values.RUNNER_LOG_LEVEL }}
{{- if and (eq $steps.value "true") (ne $steps.source "default") (has $level.value (list "WARNING" "ERROR")) (ne $level.source "runner.logLevel") }}
  {{- $_ := set $values "RUNNER_LOG_LEVEL" (dict "value" "INFO" "source" (printf "ENABLE_TASK_LOGGING (%s)" $steps.source) "name" $level.name) }}
{{- end }}
{{- dict "values" $values "problems" (concat $dotenv.problems $found.problems $tasks.problems) | toJson }}
{{- end }}

{{- /* The typed key's value and its name, both empty when it is not set; ready when it needs no translation. */}}
{{- define "crm.typed" -}}
{{- if .row.task }}
  {{- $task := get .tasks .row.task | default dict }}
  {{- $key := ternary "schedule" "interval" (not (empty $task.schedule)) }}
  {{- if get $task $key }}
    {{- dict "raw" (get $task $key) "source" (printf "tasks.%s.%s" .row.task $key) "ready" true | toJson }}
  {{- else }}{}{{ end }}
{{- else }}
  {{- $value := .root.Values }}
  {{- range splitList "." .row.key }}
    {{- $value = ternary (index (ternary $value dict (kindIs "map" $value)) .) nil (kindIs "map" $value) }}
  {{- end }}
  {{- if or (kindIs "invalid" $value) (and (kindIs "string" $value) (eq (toString $value) "")) }}{}
  {{- else }}{{ dict "raw" $value "source" .row.key "ready" (has .row.kind (list "dsn" "secret")) | toJson }}{{ end }}
{{- end }}
{{- end }}

{{- /* One form for every spelling of a value. An unreadable value becomes a problem with its fix. */}}
{{- define "crm.normal" -}}
{{- $text := .raw | toString | trim }}
{{- if kindIs "float64" .raw }}{{ $text = .raw | int64 | toString }}{{ end }}
{{- $word := lower $text }}
{{- $fix := "" }}
{{- if eq .kind "flag" }}
  {{- if has $word (list "true" "1" "yes" "on") }}true
  {{- else if has $word (list "false" "0" "no" "off" "") }}false
  {{- else }}{{ $fix = "write true or false" }}{{ end }}
{{- else if eq .kind "level" }}
  {{- $level := get (include "crm.levels" . | fromYaml) $word }}
  {{- if $level }}{{ $level }}
  {{- else }}{{ $fix = "write DEBUG, INFO, WARNING or ERROR" }}{{ end }}
{{- else if has .kind (list "minutes" "hours" "port") }}
  {{- $most := get (dict "minutes" 527040 "hours" 8784 "port" 65535) .kind }}
  {{- /* A leading zero would make the template engine read an octal number. */}}
  {{- $number := regexReplaceAll `^0+([0-9])` $text "${1}" }}
  {{- if and (regexMatch `^[0-9]{1,9}$` $number) (ge (int $number) 1) (le (int $number) $most) }}
    {{- $number }}{{ get (dict "minutes" "m" "hours" "h" "port" "") .kind }}
  {{- else }}{{ $fix = printf "write a whole number from 1 to %d" $most }}{{ end }}
{{- else if and (eq .kind "dsn") $text (not (regexMatch `^(?:jdbc:)?postgres(?:ql)?(?:\+[a-z0-9]+)?://` $text)) }}
  {{- $fix = "write postgresql://user:password@host:5432/database" }}
{{- else if and (eq .kind "host") (regexMatch `[\s/@]|^[^:]*:[0-9]*$` $text) }}
  {{- $fix = "write the name or the address of the host alone, for example crm-redis" }}
{{- else }}{{ $text }}{{ end }}
{{- if $fix }}
  {{- $_ := set .found "problems" (append .found.problems (printf "%s (%s): %s" .name .source $fix)) }}
{{- end }}
{{- end }}

{{- /* Every name that logging libraries know, and the level of our programs that it becomes. */}}
{{- define "crm.levels" -}}
{{- $levels := dict "DEBUG" "debug trace verbose all notset fine finer finest 0 5 10" "INFO" "info information notice success config 20" "WARNING" "warning warn 30" "ERROR" "error err severe critical fatal alert emergency panic exception 40 50" }}
{{- range $level, $names := $levels }}
{{- range splitList " " $names }}
{{ . | quote }}: {{ $level }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The keys of settings that hold a credential. */}}
{{- define "crm.credentials" -}}
{{- $keys := list }}
{{- range list "POSTGRES_DSN" "REDIS_PASSWORD" "REDIS_URL" }}
  {{- if index $.Values.settings . }}{{ $keys = append $keys (printf "settings.%s" .) }}{{ end }}
{{- end }}
{{- toJson $keys }}
{{- end }}

{{- /*
The lines of the .env that belong in a Secret: name -> line. They are credentials, and the parts of the address of Redis that no key
of the values holds. The chart uses none of them.
*/}}
{{- define "crm.dotenvSecrets" -}}
{{- $lines := dict }}
{{- $default := dict "REDIS_DB" "0" "REDIS_TLS" "false" }}
{{- range $name, $entry := pick (include "crm.dotenv" . | fromJson).entries "POSTGRES_DSN" "REDIS_PASSWORD" "REDIS_URL" "REDIS_USERNAME" "REDIS_DB" "REDIS_TLS" }}
  {{- if not (has (lower $entry.value) (list "" (get $default $name))) }}{{ $_ := set $lines $name $entry.line }}{{ end }}
{{- end }}
{{- toJson $lines }}
{{- end }}

{{- /* The names of the Secrets: the typed one, or the usual one. */}}
{{- define "crm.databaseSecret" -}}
{{ .Values.databases.default.secretName | default "crm-database" }}
{{- end }}

{{- /* The catalog of databases, as JSON. */}}
{{- define "crm.databases" -}}
{{- $databases := dict }}
{{- range $name, $entry := .Values.databases }}
  {{- $secret := ternary (include "crm.databaseSecret" $) $entry.secretName (eq $name "default") }}
  {{- $_ := set $databases $name (merge (dict "secretName" $secret) (ternary (dict "key" $entry.key) dict (not (empty $entry.key)))) }}
{{- end }}
{{- toJson $databases }}
{{- end }}

{{- /* The catalog of profiles, as JSON. */}}
{{- define "crm.runnerProfiles" -}}
{{- $profiles := deepCopy .Values.runner.profiles }}
{{- if and .Values.priorityClasses.create (not $profiles.default.priorityClassName) }}
  {{- $_ := set $profiles.default "priorityClassName" (printf "%s-run" (include "crm.clusterName" .)) }}
{{- end }}
{{- toJson $profiles }}
{{- end }}

{{- /* One profile over the default, as the operator reads it: crm.runnerProfile of (dict "root" $ "name" …), as JSON. */}}
{{- define "crm.runnerProfile" -}}
{{- $profiles := include "crm.runnerProfiles" .root | fromJson }}
{{- mergeOverwrite (deepCopy $profiles.default) (get $profiles .name | default dict) | toJson }}
{{- end }}

{{- define "crm.redisSecret" -}}
{{ .Values.redis.secretName | default "crm-redis" }}
{{- end }}

{{- /*
The Secret that a run mounts; empty when runs do not use Redis. It can be absent: Redis may need no password. Profile high-load switches
Redis on without an address. Then only a key that names Redis shows that there is one.
*/}}
{{- define "crm.mountedRedisSecret" -}}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- $enabled := $settings.REDIS_CACHE_ENABLED }}
{{- $named := or $settings.REDIS_HOST.value (hasKey (include "crm.dotenvSecrets" . | fromJson) "REDIS_URL") $settings.REDIS_URL.value (not (hasPrefix "profile " $enabled.source)) }}
{{- if or .Values.redis.secretName (and (eq $enabled.value "true") $named) }}{{ include "crm.redisSecret" . }}{{ end }}
{{- end }}

{{- /* Where a NetworkPolicy lets runs reach Redis; empty when they do not use it. The chart does not read the Secret. */}}
{{- define "crm.redisPort" -}}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- if eq $settings.REDIS_CACHE_ENABLED.value "true" }}
  {{- $url := ternary "" $settings.REDIS_URL.value (not (empty .Values.redis.secretName)) }}
  {{- /* urlParse would show the whole URL, which has the password, when it cannot read it. */}}
  {{- $host := regexReplaceAll `(?s)^[^:]*://([^/?#]*).*$` $url "${1}" }}
  {{- .Values.networkPolicy.redis.port | default (regexFind `:[0-9]+$` $host | trimPrefix ":") | default $settings.REDIS_PORT.value }}
{{- end }}
{{- end }}
