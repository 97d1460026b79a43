{{- /* Pods of hooks: with the operator's security context, nodes and priority, and without the labels that a Service selects. */}}
{{- define "crm.toolPod" -}}
enableServiceLinks: false
securityContext:
  {{- mergeOverwrite (include "crm.podSecurity" . | fromYaml) .Values.podSecurityContext | toYaml | nindent 2 }}
{{- include "crm.pullSecrets" . }}
{{- /* A PriorityClass that the chart creates does not exist yet. */}}
{{- range $field := list "priorityClassName" "nodeSelector" "tolerations" "affinity" }}
{{- with index $.Values $field }}
{{ $field }}: {{ toJson . }}
{{- end }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {}
{{- end }}

{{- define "crm.operatorTool" -}}
image: {{ include "crm.image" (dict "root" $ "image" .Values.image) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
securityContext:
  {{- mergeOverwrite (include "crm.containerSecurity" . | fromYaml) .Values.securityContext | toYaml | nindent 2 }}
resources: {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
{{- end }}
