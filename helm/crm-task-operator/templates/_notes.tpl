{{- /* Each variable of the CRM's old scheduler: its value and its source. A credential shows only its source. */}}
{{- define "crm.settingsTable" -}}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- range include "crm.vocabulary" . | fromYamlArray }}
  {{- $setting := get $settings .id }}
  {{- $name := ternary "LOG_LEVEL (of the runs)" (ternary "LOG_LEVEL (of the operator)" .id (eq .id "LOG_LEVEL")) (eq .id "RUNNER_LOG_LEVEL") }}
  {{- $value := $setting.value | toString | default "-" }}
  {{- if has .kind (list "dsn" "secret") }}
    {{- $value = ternary "-" (ternary "in a Secret" "in that Secret" (ne $setting.source .key)) (empty $setting.value) }}
    {{- if and (eq .kind "dsn") (empty $setting.value) }}{{ $value = "in the Secret" }}{{ end }}
  {{- end }}
{{ printf "  %-36s %-20s %s" $name $value $setting.source }}
{{- end }}
{{- end }}

{{- /* What the chart did with the .env, as a list of warnings in JSON. */}}
{{- define "crm.dotenvWarnings" -}}
{{- $warnings := list }}
{{- $dotenv := include "crm.dotenv" . | fromJson }}
{{- $variables := include "crm.variables" . | fromJsonArray }}
{{- $ignored := list }}
{{- $related := include "crm.relatedVariables" . | fromYaml }}
{{- range $name, $entry := omit $dotenv.entries "REDIS_USERNAME" "REDIS_DB" "REDIS_TLS" }}
  {{- if hasKey $related $name }}
    {{- $warnings = append $warnings (printf "%s (dotenv, line %d) changes nothing here: write %s." $name (int $entry.line) (get $related $name)) }}
  {{- else if not (has $name $variables) }}{{ $ignored = append $ignored (printf "%s (line %d)" $name (int $entry.line)) }}{{ end }}
{{- end }}
{{- with $ignored }}
  {{- $warnings = append $warnings (printf "Ignored in the .env, because they are no variables of the scheduler: %s." (join ", " .)) }}
{{- end }}
{{- with $dotenv.unreadable }}
  {{- $lines := list }}
  {{- range . }}{{ $lines = append $lines (int . | toString) }}{{ end }}
  {{- $warnings = append $warnings (printf "Ignored in the .env, because they are not NAME=value: line %s." (join ", " $lines)) }}
{{- end }}
{{- $examples := dict "POSTGRES_DSN" "postgresql://user:password@host:5432/crmventas" "REDIS_PASSWORD" "password" "REDIS_URL" "redis://:password@host:6379/0" "REDIS_USERNAME" "user" "REDIS_TLS" "true" "REDIS_DB" (dig "REDIS_DB" "value" "" $dotenv.entries | regexFind `^[0-9]+$` | default "0") }}
{{- $lines := include "crm.dotenvSecrets" . | fromJson }}
{{- range list (dict "name" (include "crm.databaseSecret" .) "keys" (pick $lines "POSTGRES_DSN")) (dict "name" (include "crm.redisSecret" .) "keys" (omit $lines "POSTGRES_DSN")) }}
  {{- $places := list }}
  {{- $literals := list }}
  {{- range $name, $line := .keys }}
    {{- $places = append $places (printf "%s (dotenv, line %d)" $name (int $line)) }}
    {{- $literals = append $literals (printf "--from-literal=%s='%s'" $name (get $examples $name)) }}
  {{- end }}
  {{- if .keys }}
    {{- $warnings = append $warnings (printf "The chart does not store %s. Unless the Secret %s has the same keys, create it:\n    kubectl -n %s create secret generic %s %s" (join ", " $places) .name (include "crm.namespace" $) .name (join " " $literals)) }}
  {{- end }}
{{- end }}
{{- $plain := without $variables "POSTGRES_DSN" "REDIS_PASSWORD" "REDIS_URL" }}
{{- /* A file that the command below has written needs no warning. */}}
{{- if regexReplaceAll (printf "(?m)^ *(export +)?(%s) *=.*$" (join "|" $plain)) (.Values.dotenv | default "") "" | trim }}
  {{- $warnings = append $warnings (printf "Helm keeps the text of the .env in the history of this release. Pass a file without credentials:\n    grep -E '^ *(export +)?(%s) *=' .env > scheduler.env     # then --set-file dotenv=scheduler.env" (join "|" $plain)) }}
{{- end }}
{{- toJson $warnings }}
{{- end }}

{{- /* Missing or unusual things, one line each. The chart looks up only what the installing user may read anyway. */}}
{{- define "crm.warnings" -}}
{{- $warnings := list }}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- $namespace := include "crm.namespace" . }}
{{- $made := and (not .Values.databases.default.secretName) $settings.POSTGRES_DSN.value }}
{{- $waiting := dict }}
{{- range $task, $database := include "crm.taskDatabases" . | fromJson }}
  {{- $secret := $database.secretName }}
  {{- if not (or (and $made (eq $secret (include "crm.databaseSecret" $))) (lookup "v1" "Secret" $namespace $secret)) }}
    {{- $_ := set $waiting $secret (append (get $waiting $secret | default list) $task) }}
  {{- end }}
{{- end }}
{{- $line := get (include "crm.dotenvSecrets" . | fromJson) "POSTGRES_DSN" }}
{{- range $secret, $tasks := $waiting }}
  {{- $warning := printf "Secret %s was not found in namespace %s: runs of %s will end as InvalidSecret until it is there." $secret $namespace (join ", " $tasks) }}
  {{- /* Another warning shows the command for the Secret of a .env. */}}
  {{- if not (and $line (eq $secret (include "crm.databaseSecret" $))) }}
    {{- $warning = printf "%s\n    kubectl -n %s create secret generic %s --from-literal=POSTGRES_DSN='postgresql://user:password@host:5432/crmventas'" $warning $namespace $secret }}
  {{- end }}
  {{- $warnings = append $warnings $warning }}
{{- end }}
{{- with .Values.webhooks.secretName }}
  {{- if not (lookup "v1" "Secret" $namespace .) }}
    {{- $warnings = append $warnings (printf "Secret %s was not found in namespace %s: new pods of the operator do not start until it is there with the key %s." . $namespace $.Values.webhooks.key) }}
  {{- end }}
{{- end }}
{{- if and .Values.redis.secretName (eq $settings.REDIS_CACHE_ENABLED.value "true") (not (lookup "v1" "Secret" $namespace .Values.redis.secretName)) }}
  {{- $warnings = append $warnings (printf "Secret %s was not found in namespace %s: runs use Redis without a password until it is there." .Values.redis.secretName $namespace) }}
{{- end }}
{{- if ne $settings.ENABLE_SCHEDULED_TASKS.value "true" }}
  {{- $warnings = append $warnings (printf "Every task is suspended (%s)." $settings.ENABLE_SCHEDULED_TASKS.source) }}
{{- end }}
{{- /* It belongs to no release: the ConfigMap of an earlier release pauses this one too. */}}
{{- $configMap := lookup "v1" "ConfigMap" $namespace "crm-task-operator-pause" }}
{{- $pause := ($configMap).data | default dict }}
{{- $end := $pause.until | default "" | toDate "2006-01-02T15:04:05Z07:00" | unixEpoch | int64 }}
{{- if and $configMap (ne ($pause.paused | default "true" | trim | lower) "false") (or (lt $end 0) (gt $end (now | unixEpoch | int64))) }}
  {{- $details := list }}
  {{- range $key := list "by" "reason" "until" }}
    {{- with get $pause $key }}{{ $details = append $details (printf "%s: %s" $key .) }}{{ end }}
  {{- end }}
  {{- $warnings = append $warnings (printf "Every task is paused by ConfigMap crm-task-operator-pause (%s). To resume them:\n    kubectl -n %s delete configmap crm-task-operator-pause" (join ", " $details | default "no reason is given") $namespace) }}
{{- end }}
{{- $redis := or $settings.REDIS_HOST.value .Values.redis.secretName $settings.REDIS_URL.value (hasKey (include "crm.dotenvSecrets" . | fromJson) "REDIS_URL") (lookup "v1" "Secret" $namespace (include "crm.redisSecret" .)) }}
{{- if and (eq $settings.REDIS_CACHE_ENABLED.value "true") (not $redis) }}
  {{- $warnings = append $warnings (printf "REDIS_CACHE_ENABLED is true (%s), but no key names Redis: set redis.host or redis.secretName." $settings.REDIS_CACHE_ENABLED.source) }}
{{- else if and (ne $settings.REDIS_CACHE_ENABLED.value "true") $redis }}
  {{- $warnings = append $warnings "A key names Redis, but runs do not use it: set redis.cacheEnabled to true." }}
{{- end }}
{{- if has $settings.REDIS_HOST.value (list "localhost" "127.0.0.1") }}
  {{- $warnings = append $warnings (printf "REDIS_HOST is %s (%s): in a pod that is the pod itself. Name the Service of Redis." $settings.REDIS_HOST.value $settings.REDIS_HOST.source) }}
{{- end }}
{{- $dsn := dict "value" (ternary $settings.POSTGRES_DSN.value "" (not (empty $made))) "source" $settings.POSTGRES_DSN.source }}
{{- if and $line (not $dsn.value) }}
  {{- $dsn = dict "value" (include "crm.dotenv" . | fromJson).entries.POSTGRES_DSN.value "source" (printf "dotenv, line %d" (int $line)) }}
{{- end }}
{{- if regexMatch `@(?:localhost|127\.0\.0\.1)[:/]` $dsn.value }}
  {{- $warnings = append $warnings (printf "POSTGRES_DSN (%s) names localhost: in a pod that is the pod itself. Name the Service of PostgreSQL in the Secret." $dsn.source) }}
{{- end }}
{{- $warnings = concat $warnings (include "crm.dotenvWarnings" . | fromJsonArray) }}
{{- if eq (include "crm.replicas" .) "1" }}
  {{- $warnings = append $warnings "One replica: while its pod is replaced, for some seconds, runs continue and start, and the operator records their results later. To avoid the gap, set replicas to 2." }}
{{- end }}
{{- if include "crm.production" . }}
  {{- if not (and .Values.image.digest .Values.runner.image.digest) }}
    {{- $warnings = append $warnings "An image is named by its tag, and a tag can move. Set image.digest and runner.image.digest, as e2e/images/push prints them." }}
  {{- end }}
  {{- if not (include "crm.monitoring" .) }}
    {{- $warnings = append $warnings "Profile production creates no alerts here: this cluster has no API monitoring.coreos.com/v1. Install the Prometheus operator, then upgrade." }}
  {{- end }}
  {{- if and (kindIs "invalid" .Values.networkPolicy.enabled) (not .Values.networkPolicy.database.to) }}
    {{- $warnings = append $warnings (printf "Profile production lets runs reach the database at port %v only: if its address names another, set networkPolicy.database.port." .Values.networkPolicy.database.port) }}
  {{- end }}
{{- end }}
{{- range $key := list "serviceMonitor" "podMonitor" "prometheusRule" }}
  {{- if and (get $.Values.monitoring $key).enabled (not (include "crm.monitoring" $)) }}
    {{- $warnings = append $warnings (printf "monitoring.%s is left out: this cluster has no API monitoring.coreos.com/v1. Install the Prometheus operator, then upgrade." $key) }}
  {{- end }}
{{- end }}
{{- if include "crm.networkPolicy" . }}
  {{- if .Values.watchAllNamespaces }}
    {{- $warnings = append $warnings (printf "The NetworkPolicy limits the runs in namespace %s only; tasks of other namespaces run without. Name the namespaces in watchNamespaces, and set watchAllNamespaces to false." $namespace) }}
  {{- end }}
  {{- if and .Values.redis.secretName (eq $settings.REDIS_CACHE_ENABLED.value "true") (not .Values.networkPolicy.redis.port) }}
    {{- $warnings = append $warnings (printf "The NetworkPolicy lets runs reach Redis at port %s; if REDIS_URL in Secret %s names another, set networkPolicy.redis.port." (include "crm.redisPort" .) .Values.redis.secretName) }}
  {{- end }}
  {{- if and .Values.extraTasks (not .Values.networkPolicy.runs.extraEgress) }}
    {{- $warnings = append $warnings (printf "The NetworkPolicy lets %s reach database and DNS only: networkPolicy.runs.extraEgress takes rules for more." (keys .Values.extraTasks | sortAlpha | join ", ")) }}
  {{- end }}
{{- end }}
{{- if not .Values.crds.upgrade }}
  {{- $warnings = append $warnings "crds.upgrade is false: apply the newer CRD yourself before each upgrade.\n    helm show crds <chart> | kubectl apply --server-side --field-manager=helm --force-conflicts -f -" }}
{{- end }}
{{- $tls := .Values.control.tls }}
{{- $own := and .Values.control.enabled (not $tls.secretName) (not $tls.certManager.enabled) }}
{{- /* Helm shows the notes as they were rendered, before the new Secret was written. */}}
{{- if and $own .Release.IsUpgrade (include "crm.controlCertificateDue" .) }}
  {{- $warnings = append $warnings (printf "The control port has a new certificate: its callers need the new ca.crt.\n    kubectl -n %s get configmap %s-control-ca -o jsonpath='{.data.ca\\.crt}'" $namespace (include "crm.fullname" .)) }}
{{- end }}
{{- /* A user who may install the Job may read the CRD. */}}
{{- if .Values.crds.upgrade }}
  {{- $definition := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "crmscheduledtasks.crmventas.io" }}
  {{- $broughtBy := dig "metadata" "annotations" "crmventas.io/definition-version" "" $definition }}
  {{- if regexMatch `^[0-9]+\.[0-9]+\.[0-9]+` $broughtBy }}
  {{- if gt ((semver $broughtBy).Compare (semver .Chart.AppVersion)) 0 }}
    {{- $warnings = append $warnings (printf "The CRD is that of release %s, which is newer than this release. It stays, because it serves older operators too." $broughtBy) }}
  {{- end }}
  {{- end }}
{{- end }}
{{- range $warnings }}
  ! {{ . }}
{{- end }}
{{- end }}
