{{- /* The operator's environment; the list is in its README. */}}
{{- define "crm.environment" -}}
{{- $settings := (include "crm.settings" . | fromJson).values }}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: RUNNER_IMAGE
  value: {{ include "crm.image" (dict "root" $ "image" .Values.runner.image) | quote }}
- name: RUNNER_IMAGE_PULL_POLICY
  value: {{ .Values.runner.image.pullPolicy | quote }}
{{- with include "crm.pullSecretNames" . | fromJsonArray }}
- name: RUNNER_IMAGE_PULL_SECRETS
  value: {{ join "," . | quote }}
{{- end }}
- name: RUNNER_PROFILES
  value: {{ include "crm.literal" (include "crm.runnerProfiles" .) }}
- name: RUNNER_LOG_LEVEL
  value: {{ $settings.RUNNER_LOG_LEVEL.value | quote }}
- name: ENABLE_TASK_LOGGING
  value: {{ $settings.ENABLE_TASK_LOGGING.value | quote }}
- name: ENABLE_SCHEDULED_TASKS
  value: {{ $settings.ENABLE_SCHEDULED_TASKS.value | quote }}
- name: PREFLIGHT
  value: {{ .Values.preflight | quote }}
- name: WATCH_NAMESPACES
  value: {{ include "crm.watched" . | fromJsonArray | join "," | quote }}
- name: WATCH_ALL_NAMESPACES
  value: {{ .Values.watchAllNamespaces | quote }}
- name: DATABASES
  value: {{ include "crm.literal" (include "crm.databases" .) }}
- name: REDIS_CACHE_ENABLED
  value: {{ $settings.REDIS_CACHE_ENABLED.value | quote }}
{{- with $settings.REDIS_HOST.value }}
- name: REDIS_HOST
  value: {{ include "crm.literal" . }}
- name: REDIS_PORT
  value: {{ $settings.REDIS_PORT.value | quote }}
{{- end }}
{{- with include "crm.mountedRedisSecret" . }}
- name: REDIS_SECRET_NAME
  value: {{ . | quote }}
{{- end }}
{{- with .Values.extraTasks }}
- name: EXTRA_TASKS
  value: {{ include "crm.literal" (toJson .) }}
{{- end }}
- name: LEADER_ELECTION
  value: {{ .Values.leaderElection.enabled | quote }}
- name: CONTROL_PORT
  value: {{ ternary .Values.control.port 0 .Values.control.enabled | quote }}
{{- if .Values.control.enabled }}
- name: CONTROL_TLS_DIR
  value: /etc/crm-operator/tls
- name: CONSOLE_ENABLED
  value: {{ .Values.console.enabled | quote }}
{{- end }}
{{- if .Values.webhooks.secretName }}
- name: WEBHOOKS_FILE
  value: /etc/crm-operator/webhooks/webhooks.json
{{- end }}
- name: LOG_FORMAT
  value: {{ .Values.logFormat | quote }}
- name: LOG_LEVEL
  value: {{ $settings.LOG_LEVEL.value | quote }}
{{- end }}
