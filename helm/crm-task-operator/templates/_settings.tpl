{{- /*
Who decides a setting: typed key, then settings, then dotenv, then profile, then the default.
Gives JSON: values (id to value and source) and problems, which never repeat a value that may be a credential.
*/}}
{{- define "crm.settings" -}}
{{- $values := dict }}
{{- $found := dict "problems" list }}
{{- $dotenv := include "crm.dotenv" . | fromJson }}
{{- range $dotenv.problems }}
  {{- $_ := set $found "problems" (append $found.problems (printf "dotenv, %s" .)) }}
{{- end }}
{{- $profile := get (include "crm.profiles" . | fromYaml) (.Values.profile | default "") | default dict }}
{{- $tasks := include "crm.taskValues" . | fromJson }}
{{- range include "crm.vocabulary" . | fromYamlArray }}
  {{- $name := .name | default .id }}
  {{- $typed := include "crm.typed" (dict "root" $ "row" . "tasks" $tasks.values) | fromJson }}
  {{- $entry := get $dotenv.entries $name }}
  {{- $chosen := dict }}
  {{- if $typed.source }}
    {{- $chosen = $typed }}
  {{- else if not (kindIs "invalid" (index $.Values.settings $name)) }}
    {{- $chosen = dict "raw" (index $.Values.settings $name) "source" (printf "settings.%s" $name) }}
  {{- else if $entry }}
    {{- $chosen = dict "raw" $entry.value "source" (printf "dotenv, line %d" (int $entry.line)) }}
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
{{- dict "values" $values "problems" (concat $found.problems $tasks.problems) | toJson }}
{{- end }}

{{- /* The typed key's value and its name, both empty when nobody set it; ready when it needs no translation. */}}
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

{{- /* One form for every spelling of a value; what cannot be read is a problem with its cure. */}}
{{- define "crm.normal" -}}
{{- $text := .raw | toString | trim }}
{{- if kindIs "float64" .raw }}{{ $text = .raw | int64 | toString }}{{ end }}
{{- $word := lower $text }}
{{- $cure := "" }}
{{- if eq .kind "flag" }}
  {{- if has $word (list "true" "1" "yes" "on") }}true
  {{- else if has $word (list "false" "0" "no" "off" "") }}false
  {{- else }}{{ $cure = "write true or false" }}{{ end }}
{{- else if eq .kind "level" }}
  {{- if has $word (list "debug" "info" "warning" "error") }}{{ upper $text }}
  {{- else if eq $word "warn" }}WARNING
  {{- else if eq $word "critical" }}ERROR
  {{- else }}{{ $cure = "write DEBUG, INFO, WARNING or ERROR" }}{{ end }}
{{- else if has .kind (list "minutes" "hours" "port") }}
  {{- $most := get (dict "minutes" 527040 "hours" 8784 "port" 65535) .kind }}
  {{- if and (regexMatch `^[0-9]{1,9}$` $text) (ge (int $text) 1) (le (int $text) $most) }}
    {{- int $text }}{{ get (dict "minutes" "m" "hours" "h" "port" "") .kind }}
  {{- else }}{{ $cure = printf "write a whole number from 1 to %d" $most }}{{ end }}
{{- else if and (eq .kind "dsn") $text (not (regexMatch `^(?:jdbc:)?postgres(?:ql)?(?:\+[a-z0-9]+)?://` $text)) }}
  {{- $cure = "write postgresql://user:password@host:5432/database" }}
{{- else }}{{ $text }}{{ end }}
{{- if $cure }}
  {{- $_ := set .found "problems" (append .found.problems (printf "%s (%s): %s" .name .source $cure)) }}
{{- end }}
{{- end }}

{{- /* Credentials among the values: names of the places that hold one. */}}
{{- define "crm.credentials" -}}
{{- $places := list }}
{{- $entries := (include "crm.dotenv" . | fromJson).entries }}
{{- range list "POSTGRES_DSN" "POSTGRES_PASSWORD" "REDIS_PASSWORD" "REDIS_URL" }}
  {{- if index $.Values.settings . }}{{ $places = append $places (printf "settings.%s" .) }}{{ end }}
  {{- with get $entries . }}{{ if .value }}{{ $places = append $places (printf "dotenv, line %d" (int .line)) }}{{ end }}{{ end }}
{{- end }}
{{- toJson $places }}
{{- end }}

{{- /* Names of the Secrets: as typed, or the one this chart makes out of a credential, or the usual one. */}}
{{- define "crm.databaseSecret" -}}
{{ .Values.database.secretName | default "crm-database" }}
{{- end }}

{{- define "crm.redisSecret" -}}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- if .Values.redis.secretName }}{{ .Values.redis.secretName }}{{ else if or $settings.REDIS_PASSWORD.value $settings.REDIS_URL.value }}crm-redis{{ end }}
{{- end }}

{{- /* Where a NetworkPolicy lets runs reach Redis; empty when they use none. A Secret that somebody made is not read. */}}
{{- define "crm.redisPort" -}}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- if eq $settings.REDIS_CACHE_ENABLED.value "true" }}
  {{- $url := ternary "" $settings.REDIS_URL.value (not (empty .Values.redis.secretName)) }}
  {{- .Values.networkPolicy.redis.port | default (regexFind `:[0-9]+$` (urlParse $url).host | trimPrefix ":") | default $settings.REDIS_PORT.value }}
{{- end }}
{{- end }}
