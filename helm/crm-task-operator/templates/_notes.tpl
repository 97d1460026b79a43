{{- /* Each setting of the replaced scheduler: what it is now, and who said so. Credentials show only their source. */}}
{{- define "crm.settingsTable" -}}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- range include "crm.vocabulary" . | fromYamlArray }}
  {{- $setting := get $settings .id }}
  {{- $name := ternary "LOG_LEVEL (of the runs)" (ternary "LOG_LEVEL (of the operator)" .id (eq .id "LOG_LEVEL")) (eq .id "RUNNER_LOG_LEVEL") }}
  {{- $value := $setting.value | toString | default "-" }}
  {{- if has .kind (list "dsn" "secret") }}
    {{- $value = ternary "-" (ternary "in a Secret" "as that Secret says" (ne $setting.source .key)) (empty $setting.value) }}
    {{- if and (eq .kind "dsn") (empty $setting.value) }}{{ $value = "as the Secret says" }}{{ end }}
  {{- end }}
{{ printf "  %-36s %-20s %s" $name $value $setting.source }}
{{- end }}
{{- end }}

{{- /* What is missing or odd, one line each. Looked up is only what whoever installs may read anyway. */}}
{{- define "crm.warnings" -}}
{{- $warnings := list }}
{{- $settings := (include "crm.settings" . | fromJson).values }}
{{- $namespace := .Release.Namespace }}
{{- $made := and (not .Values.database.secretName) $settings.POSTGRES_DSN.value }}
{{- $waiting := dict }}
{{- range $task, $secret := include "crm.taskSecrets" . | fromJson }}
  {{- if not (or (and $made (eq $secret (include "crm.databaseSecret" $))) (lookup "v1" "Secret" $namespace $secret)) }}
    {{- $_ := set $waiting $secret (append (get $waiting $secret | default list) $task) }}
  {{- end }}
{{- end }}
{{- range $secret, $tasks := $waiting }}
  {{- $warnings = append $warnings (printf "Secret %s was not found in namespace %s: runs of %s will end as InvalidSecret until it is there.\n    kubectl -n %s create secret generic %s --from-literal=POSTGRES_DSN='postgresql://user:password@host:5432/crmventas'" $secret $namespace (join ", " $tasks) $namespace $secret) }}
{{- end }}
{{- if ne $settings.ENABLE_SCHEDULED_TASKS.value "true" }}
  {{- $warnings = append $warnings (printf "Every task is suspended (%s)." $settings.ENABLE_SCHEDULED_TASKS.source) }}
{{- end }}
{{- /* It belongs to no release: that of an earlier one stops this one too. */}}
{{- $pause := (lookup "v1" "ConfigMap" $namespace "crm-task-operator-pause").data | default dict }}
{{- $end := $pause.until | default "" | toDate "2006-01-02T15:04:05Z07:00" | unixEpoch | int64 }}
{{- if and (eq ($pause.paused | default "" | trim | lower) "true") (or (lt $end 0) (gt $end (now | unixEpoch | int64))) }}
  {{- $said := list }}
  {{- range $key := list "by" "reason" "until" }}
    {{- with get $pause $key }}{{ $said = append $said (printf "%s: %s" $key .) }}{{ end }}
  {{- end }}
  {{- $warnings = append $warnings (printf "Every task is paused by ConfigMap crm-task-operator-pause (%s). To let them go:\n    kubectl -n %s delete configmap crm-task-operator-pause" (join ", " $said | default "nobody says why") $namespace) }}
{{- end }}
{{- $place := or $settings.REDIS_HOST.value (include "crm.redisSecret" .) }}
{{- if and (eq $settings.REDIS_CACHE_ENABLED.value "true") (not $place) }}
  {{- $warnings = append $warnings (printf "REDIS_CACHE_ENABLED is true (%s), but nobody says where Redis is: set redis.host or redis.secretName." $settings.REDIS_CACHE_ENABLED.source) }}
{{- else if and (ne $settings.REDIS_CACHE_ENABLED.value "true") $place }}
  {{- $warnings = append $warnings "Redis is known and not used: set redis.cacheEnabled to true." }}
{{- end }}
{{- if has $settings.REDIS_HOST.value (list "localhost" "127.0.0.1") }}
  {{- $warnings = append $warnings (printf "REDIS_HOST is %s (%s): in a pod that is the pod itself. Name the Service of Redis." $settings.REDIS_HOST.value $settings.REDIS_HOST.source) }}
{{- end }}
{{- if regexMatch `@(?:localhost|127\.0\.0\.1)[:/]` (ternary "" $settings.POSTGRES_DSN.value (not $made)) }}
  {{- $warnings = append $warnings (printf "POSTGRES_DSN (%s) speaks of localhost: in a pod that is the pod itself. Name the Service of PostgreSQL." $settings.POSTGRES_DSN.source) }}
{{- end }}
{{- if .Values.dotenv }}
  {{- $warnings = append $warnings "The whole .env lies in this release's history now, with all that stands in it. The job-runner's command dotenv prints values without credentials." }}
{{- end }}
{{- if eq (int .Values.replicas) 1 }}
  {{- $warnings = append $warnings "One replica: while it is replaced (some seconds) runs go on and start, and their outcome is told later. For no gap: replicas 2." }}
{{- end }}
{{- range $key := list "serviceMonitor" "podMonitor" "prometheusRule" }}
  {{- if and (get $.Values.monitoring $key).enabled (not (include "crm.monitoring" $)) }}
    {{- $warnings = append $warnings (printf "monitoring.%s is left out: this cluster does not know monitoring.coreos.com/v1. Install the Prometheus operator, then upgrade." $key) }}
  {{- end }}
{{- end }}
{{- if .Values.networkPolicy.enabled }}
  {{- if not .Values.watchNamespaces }}
    {{- $warnings = append $warnings (printf "networkPolicy.enabled limits the runs in namespace %s only; tasks of other namespaces run without. Name the namespaces in watchNamespaces." $namespace) }}
  {{- end }}
  {{- if and .Values.redis.secretName (eq $settings.REDIS_CACHE_ENABLED.value "true") (not .Values.networkPolicy.redis.port) }}
    {{- $warnings = append $warnings (printf "networkPolicy.enabled lets runs reach Redis at port %s; if REDIS_URL in Secret %s names another, set networkPolicy.redis.port." (include "crm.redisPort" .) .Values.redis.secretName) }}
  {{- end }}
  {{- if and .Values.extraTasks (not (.Values.networkPolicy.runs | default dict).extraEgress) }}
    {{- $warnings = append $warnings (printf "networkPolicy.enabled: %s may reach database and DNS only: networkPolicy.runs.extraEgress takes rules for more." (keys .Values.extraTasks | sortAlpha | join ", ")) }}
  {{- end }}
{{- end }}
{{- if not .Values.crds.upgrade }}
  {{- $warnings = append $warnings "crds.upgrade is false: bring newer definitions yourself, before each upgrade.\n    helm show crds <chart> | kubectl apply --server-side --field-manager=helm --force-conflicts -f -" }}
{{- end }}
{{- $tls := .Values.control.tls }}
{{- $own := and .Values.control.enabled (not $tls.secretName) (not $tls.certManager.enabled) }}
{{- /* Helm shows the notes as they were rendered, before the new Secret was written. */}}
{{- if and $own .Release.IsUpgrade (include "crm.controlCertificateDue" .) }}
  {{- $warnings = append $warnings (printf "The control port has a new certificate: whoever calls there needs the new ca.crt.\n    kubectl -n %s get secret %s -o jsonpath='{.data.ca\\.crt}' | base64 --decode" $namespace (include "crm.controlSecret" .)) }}
{{- end }}
{{- /* Whoever may install the Job may read the definition. */}}
{{- if .Values.crds.upgrade }}
  {{- $definition := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "crmscheduledtasks.crmventas.io" }}
  {{- $broughtBy := dig "metadata" "annotations" "crmventas.io/definition-version" "" $definition }}
  {{- if regexMatch `^[0-9]+\.[0-9]+\.[0-9]+` $broughtBy }}
  {{- if gt ((semver $broughtBy).Compare (semver .Chart.AppVersion)) 0 }}
    {{- $warnings = append $warnings (printf "The resource definition is that of %s, newer than this release, and stays: it serves older operators too." $broughtBy) }}
  {{- end }}
  {{- end }}
{{- end }}
{{- range $warnings }}
  ! {{ . }}
{{- end }}
{{- end }}
