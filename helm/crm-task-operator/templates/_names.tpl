{{- /*
Names, labels and images. A release called like the chart is not named twice. Every string that a user chooses is quoted:
YAML reads an unquoted "no" as false, "2024" as a number and "1e3" as 1000.
*/}}
{{- /* In an umbrella chart, the name of the chart is its alias, for example crmTasks or crm_tasks. */}}
{{- define "crm.name" -}}
{{ default .Chart.Name .Values.nameOverride | lower | replace "_" "-" | trunc 53 | trimSuffix "-" }}
{{- end }}

{{- define "crm.fullname" -}}
{{- $name := include "crm.name" . }}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- .Values.fullnameOverride | default $full | trunc 53 | trimSuffix "-" }}
{{- end }}

{{- define "crm.namespace" -}}
{{ .Values.namespaceOverride | default .Release.Namespace }}
{{- end }}

{{- /* The name of objects without a namespace. Two releases of one name in two namespaces must not share them. */}}
{{- define "crm.clusterName" -}}
{{ include "crm.namespace" . }}-{{ include "crm.fullname" . }}
{{- end }}

{{- define "crm.serviceAccount" -}}
{{- $otherwise := ternary (include "crm.fullname" .) "default" .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default $otherwise }}
{{- end }}

{{- define "crm.selectorLabels" -}}
app.kubernetes.io/name: {{ include "crm.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- /*
The labels of commonLabels replace the chart's own, except the two by which Deployment, Service and NetworkPolicy select
pods: the API server refuses a Deployment whose pods its selector does not match.
*/}}
{{- define "crm.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63)
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service
  "app.kubernetes.io/part-of" "crm-task-operator" }}
{{- mergeOverwrite $own .Values.commonLabels (include "crm.selectorLabels" . | fromYaml) | toYaml }}
{{- end }}

{{- /*
crm.metadata of (dict "root" $ "name" … "namespace" … "cluster" … "labels" … "annotations" …); all but root and name may be
absent. The namespace is the release's unless one is named; "cluster" leaves it out.
*/}}
{{- define "crm.metadata" -}}
name: {{ .name | quote }}
{{- if not .cluster }}
namespace: {{ .namespace | default (include "crm.namespace" .root) | quote }}
{{- end }}
labels:
  {{- mergeOverwrite (include "crm.labels" .root | fromYaml) (.labels | default dict) | toYaml | nindent 2 }}
{{- with mergeOverwrite (deepCopy .root.Values.commonAnnotations) (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* crm.image of (dict "root" $ "image" .Values.image). A registry of "global" is a mirror: it replaces the image's own. */}}
{{- define "crm.image" -}}
{{- $registry := (.root.Values.global | default dict).imageRegistry | default .image.registry }}
{{- $repository := ternary (printf "%s/%s" $registry .image.repository) .image.repository (not (empty $registry)) }}
{{- with .image.digest }}{{ $repository }}@{{ . }}{{ else }}{{ $repository }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* Kubernetes puts variables in place of $(NAME) in a value; ours are meant as they are. */}}
{{- define "crm.literal" -}}
{{ . | replace "$(" "$$(" | quote }}
{{- end }}

{{- /* Names no user and no group: the images name a user, and OpenShift gives each namespace a range of its own. */}}
{{- define "crm.podSecurity" -}}
runAsNonRoot: true
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "crm.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /*
The names in imagePullSecrets and global.imagePullSecrets, as JSON. Kubernetes takes maps there, and other charts names. In "global"
a parent chart writes what its other charts take, which can also be one name, one map, or a name without a value.
*/}}
{{- define "crm.pullSecretNames" -}}
{{- $names := list }}
{{- $global := (.Values.global | default dict).imagePullSecrets | default list }}
{{- range concat (.Values.imagePullSecrets | default list) (kindIs "slice" $global | ternary $global (list $global)) }}
  {{- $names = append $names (kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") .) }}
{{- end }}
{{- compact $names | uniq | toJson }}
{{- end }}

{{- define "crm.pullSecrets" -}}
{{- with include "crm.pullSecretNames" . | fromJsonArray }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Whether the chart may create the Prometheus operator's kinds: the cluster has them, or the values assume them. */}}
{{- define "crm.monitoring" -}}
{{- if or .Values.monitoring.assumeCrds (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1") }}true{{ end }}
{{- end }}

{{- /* Whether profile production decides what the values leave open. */}}
{{- define "crm.production" -}}
{{- if eq (.Values.profile | default "") "production" }}true{{ end }}
{{- end }}

{{- define "crm.replicas" -}}
{{- ternary (ternary 2 1 (not (empty (include "crm.production" .)))) .Values.replicas (kindIs "invalid" .Values.replicas) | int }}
{{- end }}

{{- define "crm.networkPolicy" -}}
{{- $enabled := .Values.networkPolicy.enabled }}
{{- if ternary (include "crm.production" .) $enabled (kindIs "invalid" $enabled) }}true{{ end }}
{{- end }}

{{- /* crm.monitor of (dict "root" $ "kind" "serviceMonitor"): whether the values or the profile ask for it. */}}
{{- define "crm.monitor" -}}
{{- $monitoring := .root.Values.monitoring }}
{{- $enabled := (get $monitoring .kind).enabled }}
{{- $open := and (include "crm.production" .root) (include "crm.monitoring" .root) (not (and (eq .kind "serviceMonitor") $monitoring.podMonitor.enabled)) }}
{{- if ternary $open $enabled (kindIs "invalid" $enabled) }}true{{ end }}
{{- end }}

{{- /* The namespaces that the operator watches; none with watchAllNamespaces. */}}
{{- define "crm.watched" -}}
{{- if .Values.watchAllNamespaces }}[]{{ else }}{{ .Values.watchNamespaces | default (list (include "crm.namespace" .)) | toJson }}{{ end }}
{{- end }}

{{- /* The namespaces in which the chart knows that runs start. */}}
{{- define "crm.namespaces" -}}
{{ include "crm.watched" . | fromJsonArray | default (list (include "crm.namespace" .)) | toJson }}
{{- end }}

{{- define "crm.controlSecret" -}}
{{ .Values.control.tls.secretName | default (printf "%s-control-tls" (include "crm.fullname" .)) }}
{{- end }}

{{- define "crm.controlNames" -}}
{{- $service := include "crm.fullname" . }}
{{- $inNamespace := printf "%s.%s" $service (include "crm.namespace" .) }}
{{- concat (list $service $inNamespace (printf "%s.svc" $inNamespace) (printf "%s.svc.cluster.local" $inNamespace) "localhost") .Values.control.tls.dnsNames | toJson }}
{{- end }}

{{- /*
Whether the chart signs a new certificate: there is none, less than a third of its time is left, or the values have other names.
The chart keeps a Secret without these annotations, because another client created it.
*/}}
{{- define "crm.controlCertificateDue" -}}
{{- $secret := lookup "v1" "Secret" (include "crm.namespace" .) (include "crm.controlSecret" .) }}
{{- $signed := dig "metadata" "annotations" (dict) $secret }}
{{- if not (dig "data" "tls.key" "" $secret) }}true
{{- else if get $signed "crmventas.io/valid-until" }}
  {{- $end := mustToDate "2006-01-02T15:04:05Z" (get $signed "crmventas.io/valid-until") | unixEpoch | int64 }}
  {{- $third := mul 28800 (.Values.control.tls.days | int64) }}
  {{- if or (lt (sub $end (now | unixEpoch | int64)) $third) (ne (get $signed "crmventas.io/dns-names") (include "crm.controlNames" . | fromJsonArray | join ",")) }}true{{ end }}
{{- end }}
{{- end }}

{{- /* The egress rule for DNS in a NetworkPolicy. */}}
{{- define "crm.dns" -}}
- ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - {protocol: UDP, port: {{ . }}}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end }}

{{- define "crm.apiServerEgress" -}}
{{- $policy := .Values.networkPolicy.apiServer -}}
- ports:
    {{- range $policy.ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  {{- with $policy.to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /* The egress rules of a run: the database, and Redis if runs use it. */}}
{{- define "crm.runEgress" -}}
{{- $policy := .Values.networkPolicy -}}
- ports: [{protocol: TCP, port: {{ $policy.database.port }}}]
  {{- with $policy.database.to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- with include "crm.redisPort" . }}
- ports: [{protocol: TCP, port: {{ . }}}]
  {{- with $policy.redis.to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
