{{- define "operator.name" -}}
{{ .Release.Name | trunc 53 | trimSuffix "-" }}
{{- end }}

{{- define "operator.selectorLabels" -}}
app.kubernetes.io/name: crm-task-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* What the operator may do with tasks, wherever it watches: no more than it was seen to use. No Secrets. */}}
{{- define "operator.rules" -}}
- apiGroups: [crmventas.io]
  resources: [crmscheduledtasks]
  verbs: [get, list, watch]
- apiGroups: [crmventas.io]
  resources: [crmscheduledtasks/status]
  verbs: [patch]
# Where OwnerReferencesPermissionEnforcement is on (OpenShift): the CronJob blocks the deletion of its task.
- apiGroups: [crmventas.io]
  resources: [crmscheduledtasks/finalizers]
  verbs: [update]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [get, list, watch, create, patch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [list, watch, create]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
