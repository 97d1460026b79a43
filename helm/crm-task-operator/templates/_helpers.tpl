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

{{- /* What the operator may do with tasks, wherever it watches. No Secrets: it never reads one. */}}
{{- define "operator.rules" -}}
- apiGroups: [crmventas.io]
  resources: [crmscheduledtasks]
  verbs: [get, list, watch]
- apiGroups: [crmventas.io]
  resources: [crmscheduledtasks/status]
  verbs: [get, update, patch]
# Owner references that block deletion need this where OwnerReferencesPermissionEnforcement is on (OpenShift).
- apiGroups: [crmventas.io]
  resources: [crmscheduledtasks/finalizers]
  verbs: [update]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: ["", events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
