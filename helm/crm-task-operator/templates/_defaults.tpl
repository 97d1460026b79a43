{{- /*
Gives each key without a value its default again. Helm removes a key that is null, and YAML reads a key with nothing below it
as null: people comment out what stands below "redis:". The values of an older release (--reuse-values) lack new keys.
Each template file begins with this. "resources" and "nodeSelector" are taken as a whole, so that null can remove one entry.
*/}}
{{- define "crm.complete" -}}
{{- include "crm.fill" (dict "into" .Values "from" (include "crm.defaults" . | fromYaml)) }}
{{- end }}

{{- define "crm.fill" -}}
{{- range $key, $default := .from }}
  {{- $value := index $.into $key }}
  {{- if kindIs "invalid" $value }}
    {{- $_ := set $.into $key $default }}
  {{- else if and (kindIs "map" $default) (kindIs "map" $value) (not (has $key (list "resources" "nodeSelector"))) }}
    {{- include "crm.fill" (dict "into" $value "from" $default) }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* The defaults of values.yaml without which a template fails, or renders something else. e2e/chart/test compares both. */}}
{{- define "crm.defaults" -}}
settings: {}
databases: {default: {}}
redis: {}
tasks: {create: true}
watchAllNamespaces: false
preflight: true
runner:
  image: {pullPolicy: IfNotPresent}
  profiles:
    default:
      resources: {requests: {cpu: 50m, memory: 96Mi}, limits: {memory: 256Mi}}
      priorityClassName: ""
      serviceAccountName: ""
      nodeSelector: {kubernetes.io/os: linux}
image: {pullPolicy: IfNotPresent}
leaderElection: {enabled: true}
logFormat: text
resources: {requests: {cpu: 50m, memory: 192Mi}, limits: {memory: 384Mi}}
podDisruptionBudget: {minAvailable: 1}
nodeSelector: {kubernetes.io/os: linux}
podAnnotations: {}
podLabels: {}
terminationGracePeriodSeconds: 30
revisionHistoryLimit: 3
startupProbe: {}
livenessProbe: {}
readinessProbe: {}
podSecurityContext: {}
securityContext: {}
serviceAccount: {create: true}
rbac: {create: true, aggregateRoles: true}
admissionPolicy: {enabled: true, images: []}
service: {type: ClusterIP, port: 8080}
control: {enabled: true, port: 8443, tls: {days: 365, certManager: {duration: 2160h, renewBefore: 720h}, dnsNames: []}}
console: {enabled: true, ingress: {}, httpRoute: {}}
webhooks: {key: webhooks.json}
crds: {upgrade: true}
monitoring:
  serviceMonitor: {interval: 30s}
  podMonitor: {interval: 30s}
  prometheusRule: {disabled: {}, extraGroups: []}
  dashboard: {labels: {grafana_dashboard: "1"}}
networkPolicy:
  database: {port: 5432}
  redis: {}
  runs: {}
  dns: {ports: [53, 5353, 8053]}
  apiServer: {ports: [443, 6443]}
  ingress: {}
priorityClasses: {create: false, operator: 1000000, run: 0}
tests: {enabled: true}
commonLabels: {}
commonAnnotations: {}
{{- end }}
