{{- define "crm.testLabels" -}}
app.kubernetes.io/name: {{ printf "%s-test" (include "crm.name" .) | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "crm.testMetadata" -}}
{{- $hook := dict "helm.sh/hook" "test" "helm.sh/hook-weight" (toString .weight) "helm.sh/hook-delete-policy" "before-hook-creation" }}
{{- /* A profile's labels and annotations can exclude a pod from a service mesh, or let a NetworkPolicy select it. */}}
{{- $profile := .profile | default dict }}
{{- $labels := mergeOverwrite (deepCopy ($profile.labels | default dict)) (include "crm.testLabels" .root | fromYaml) }}
{{- $hook = mergeOverwrite (deepCopy ($profile.annotations | default dict)) $hook }}
{{- include "crm.metadata" (dict "root" .root "name" (printf "%s-test-%s" (include "crm.fullname" .root) .name) "labels" $labels "annotations" $hook) }}
{{- end }}

{{- /* A pod as the operator creates it for a run: crm.runPod of (dict "root" $ "database" … "profile" … "args" … "env" …) */}}
{{- define "crm.runPod" -}}
{{- $settings := (include "crm.settings" .root | fromJson).values }}
{{- $redis := include "crm.mountedRedisSecret" .root }}
restartPolicy: Never
automountServiceAccountToken: false
enableServiceLinks: false
{{- range $field := list "serviceAccountName" "priorityClassName" "nodeSelector" "tolerations" "affinity" }}
{{- with get $.profile $field }}
{{ $field }}: {{ toJson . }}
{{- end }}
{{- end }}
securityContext: {{- include "crm.podSecurity" .root | nindent 2 }}
{{- include "crm.pullSecrets" .root }}
containers:
  - name: runner
    image: {{ include "crm.image" (dict "root" .root "image" .root.Values.runner.image) | quote }}
    imagePullPolicy: {{ .root.Values.runner.image.pullPolicy | quote }}
    args: {{- toYaml .args | nindent 6 }}
    env:
      {{- range $name, $value := .env }}
      - {name: {{ $name }}, value: {{ include "crm.literal" $value }}}
      {{- end }}
      - {name: CRM_DATABASE_DIR, value: /etc/crm/database}
      - {name: REDIS_CACHE_ENABLED, value: {{ $settings.REDIS_CACHE_ENABLED.value | quote }}}
      {{- with $settings.REDIS_HOST.value }}
      - {name: REDIS_HOST, value: {{ include "crm.literal" . }}}
      - {name: REDIS_PORT, value: {{ $settings.REDIS_PORT.value | quote }}}
      {{- end }}
      {{- if $redis }}
      - {name: CRM_REDIS_DIR, value: /etc/crm/redis}
      {{- end }}
      - {name: LOG_LEVEL, value: {{ $settings.RUNNER_LOG_LEVEL.value | quote }}}
      - {name: LOG_FORMAT, value: {{ .root.Values.logFormat | quote }}}
    securityContext: {{- include "crm.containerSecurity" .root | nindent 6 }}
    resources: {{- toYaml .profile.resources | nindent 6 }}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
      - {name: database, mountPath: /etc/crm/database, readOnly: true}
      {{- if $redis }}
      - {name: redis, mountPath: /etc/crm/redis, readOnly: true}
      {{- end }}
volumes:
  - name: tmp
    emptyDir: {}
  - name: database
    secret:
      secretName: {{ .database.secretName | quote }}
      defaultMode: 0444
      optional: true
      {{- with .database.key }}
      items:
        - {key: {{ . | quote }}, path: POSTGRES_DSN}
        {{- range without (list "ca.crt" "tls.crt" "tls.key" "POSTGRES_PRIVILEGED_ROLE") . }}
        - {key: {{ . }}, path: {{ . }}}
        {{- end }}
      {{- end }}
  {{- if $redis }}
  - name: redis
    secret: {secretName: {{ $redis | quote }}, defaultMode: 0444, optional: true}
  {{- end }}
{{- end }}
