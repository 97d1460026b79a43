{{- /* The variables of the CRM's old scheduler, the typed key of the same meaning, and the default. */}}
{{- define "crm.vocabulary" -}}
- {id: ENABLE_SCHEDULED_TASKS, key: scheduledTasksEnabled, kind: flag, default: "true"}
- {id: NOTIFICATION_CHECK_INTERVAL_MINUTES, task: notification-checks, kind: minutes, default: "5"}
- {id: METRICS_REFRESH_INTERVAL_MINUTES, task: metrics-refresh, kind: minutes, default: "15"}
- {id: CLEANUP_INTERVAL_HOURS, task: cleanup, kind: hours, default: "1"}
- {id: ENABLE_TASK_LOGGING, key: runner.taskLogging, kind: flag, default: "true"}
- {id: LOG_LEVEL, key: logLevel, kind: level, default: INFO}
- {id: RUNNER_LOG_LEVEL, name: LOG_LEVEL, key: runner.logLevel, kind: level, default: INFO}
- {id: REDIS_CACHE_ENABLED, key: redis.cacheEnabled, kind: flag, default: "false"}
- {id: REDIS_HOST, key: redis.host, kind: host, default: ""}
- {id: REDIS_PORT, key: redis.port, kind: port, default: "6379"}
- {id: POSTGRES_DSN, key: databases.default.secretName, kind: dsn, default: ""}
- {id: REDIS_PASSWORD, key: redis.secretName, kind: secret, default: ""}
- {id: REDIS_URL, key: redis.secretName, kind: secret, default: ""}
{{- end }}

{{- /* The names of those variables, as JSON. */}}
{{- define "crm.variables" -}}
{{- $names := list }}
{{- range include "crm.vocabulary" . | fromYamlArray }}{{ $names = append $names (.name | default .id) }}{{ end }}
{{- uniq $names | toJson }}
{{- end }}

{{- /* Variables of the CRM that its old scheduler did not read, and the key of the values with their meaning. */}}
{{- define "crm.relatedVariables" -}}
CEO_REPORT_TIME: tasks.daily-reports.schedule
TZ: tasks.daily-reports.timeZone
TIMEZONE: tasks.daily-reports.timeZone
NOTIFICATION_RETENTION_DAYS: tasks.cleanup.parameters.notificationRetention
METRICS_RETENTION_DAYS: tasks.cleanup.parameters.metricsRetention
UNANSWERED_CONVERSATION_HOURS: tasks.notification-checks.parameters.unansweredAfter
MAX_TASK_RETRIES: tasks.<name>.retry.limit
{{- end }}

{{- /* The four environments of the CRM's guide, number by number. */}}
{{- define "crm.profiles" -}}
dev:
  ENABLE_SCHEDULED_TASKS: "true"
  NOTIFICATION_CHECK_INTERVAL_MINUTES: "2"
  METRICS_REFRESH_INTERVAL_MINUTES: "5"
  LOG_LEVEL: DEBUG
staging:
  ENABLE_SCHEDULED_TASKS: "true"
  NOTIFICATION_CHECK_INTERVAL_MINUTES: "5"
  METRICS_REFRESH_INTERVAL_MINUTES: "15"
  LOG_LEVEL: INFO
  ENABLE_TASK_LOGGING: "true"
production:
  ENABLE_SCHEDULED_TASKS: "true"
  NOTIFICATION_CHECK_INTERVAL_MINUTES: "5"
  METRICS_REFRESH_INTERVAL_MINUTES: "15"
  CLEANUP_INTERVAL_HOURS: "1"
  LOG_LEVEL: WARNING
  ENABLE_TASK_LOGGING: "true"
high-load:
  ENABLE_SCHEDULED_TASKS: "true"
  NOTIFICATION_CHECK_INTERVAL_MINUTES: "10"
  METRICS_REFRESH_INTERVAL_MINUTES: "30"
  CLEANUP_INTERVAL_HOURS: "2"
  REDIS_CACHE_ENABLED: "true"
{{- end }}
