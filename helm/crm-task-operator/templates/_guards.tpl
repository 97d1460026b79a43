{{- /*
The schema cannot see keys that contradict each other, nor choices that fail only after the install. The guards refuse them
here: all problems at once, each with its key and the fix.
*/}}
{{- define "crm.guards" -}}
{{- $problems := (include "crm.settings" . | fromJson).problems | default list }}
{{- $variables := include "crm.variables" . | fromJsonArray }}
{{- $dotenv := include "crm.dotenv" . | fromJson }}
{{- if and $dotenv.unreadable (not $dotenv.entries) }}
  {{- $problems = append $problems "dotenv: no line of the text is NAME=value; pass the file itself, by --set-file dotenv=.env" }}
{{- end }}
{{- range $name, $entry := $dotenv.entries }}
  {{- $meant := "" }}
  {{- if not (has $name $variables) }}{{ $meant = include "crm.misspelt" (dict "root" $ "name" $name) }}{{ end }}
  {{- if $meant }}
    {{- $problems = append $problems (printf "%s (dotenv, line %d): the scheduler has no such variable; write %s, or remove the line" $name (int $entry.line) $meant) }}
  {{- end }}
{{- end }}

{{- range $key, $instead := include "crm.foreignKeys" . | fromYaml }}
  {{- $value := index $.Values $key }}
  {{- /* A parent chart switches off for all of its charts what this one does not have. */}}
  {{- $off := or (empty $value) (and (kindIs "map" $value) (eq (toString (index (kindIs "map" $value | ternary $value dict) "enabled")) "false")) }}
  {{- if and (hasKey $.Values $key) (or (not $off) (has $key (list "metrics" "test" "installCRDs"))) }}
    {{- $problems = append $problems (printf "%s: this chart has no such key; %s" $key $instead) }}
  {{- end }}
{{- end }}
{{- if eq (toString .Values.enabled) "false" }}
  {{- $problems = append $problems "enabled is false: only the condition of an umbrella chart reads this key, and this release has none; remove the key, or uninstall the release" }}
{{- end }}

{{- $missing := list }}
{{- if not .Values.image.repository }}{{ $missing = append $missing "image.repository" }}{{ end }}
{{- if not .Values.runner.image.repository }}{{ $missing = append $missing "runner.image.repository" }}{{ end }}
{{- with $missing }}
  {{- $problems = append $problems (printf "%s: the chart of a checkout names no image. Build the images, push them to your registry, and pass the file with their names:\n      e2e/images/build && e2e/images/push registry.example.com/crm >images.yaml     # then: helm ... --values images.yaml\n    The chart of a release names its images." (join " and " .)) }}
{{- end }}
{{- if not (regexMatch "^[a-z][-a-z0-9]*$" (include "crm.fullname" .)) }}
  {{- $problems = append $problems (printf "the objects would be named %s, and Kubernetes refuses a Service whose name does not begin with a letter, or has a dot; set fullnameOverride" (include "crm.fullname" .)) }}
{{- end }}

{{- $credentials := include "crm.credentials" . | fromJsonArray }}
{{- if and $credentials (not (has (.Values.profile | default "") (list "dev" "staging"))) }}
  {{- $problems = append $problems (printf "%s: a credential in values stays readable in the release's history, so the chart refuses it without profile dev or staging. Create a Secret, and remove the credential here: kubectl -n %s create secret generic %s --from-literal=POSTGRES_DSN=... (for Redis: crm-redis, REDIS_PASSWORD=..., and redis.secretName=crm-redis). A Secret of CloudNativePG works without a change: databases.default.secretName=<cluster>-app" (join ", " $credentials) (include "crm.namespace" .) (include "crm.databaseSecret" .)) }}
{{- end }}

{{- if and (gt (include "crm.replicas" . | int) 1) (not .Values.leaderElection.enabled) }}
  {{- $problems = append $problems "leaderElection.enabled is false with more than one replica: all of them would reconcile at the same time; set it to true, or replicas to 1" }}
{{- end }}
{{- if and (include "crm.pdb" .) (ge (int .Values.podDisruptionBudget.minAvailable) (include "crm.replicas" . | int)) }}
  {{- $problems = append $problems (printf "podDisruptionBudget.minAvailable is %d of %d replicas: no node could be drained; set it lower, or podDisruptionBudget.enabled to false" (int .Values.podDisruptionBudget.minAvailable) (include "crm.replicas" . | int)) }}
{{- end }}

{{- if and .Values.watchAllNamespaces .Values.watchNamespaces }}
  {{- $problems = append $problems "watchAllNamespaces is true, and watchNamespaces names some; set watchAllNamespaces to false, or watchNamespaces to []" }}
{{- end }}
{{- $tasks := include "crm.tasks" . | fromJson }}
{{- if and $tasks .Values.watchNamespaces (not (has (include "crm.namespace" .) .Values.watchNamespaces)) }}
  {{- $problems = append $problems (printf "watchNamespaces does not name %s, where this release creates its tasks: no operator would run them; add it, or set tasks.create to false and tasks.extra to {}" (include "crm.namespace" .)) }}
{{- end }}
{{- $builtIn := include "crm.builtIn" . | fromYaml }}
{{- range $name, $spec := .Values.tasks.extra }}
  {{- if hasKey $builtIn $name }}
    {{- $problems = append $problems (printf "tasks.extra.%s: that is one of the four; write tasks.%s, or choose another name" $name $name) }}
  {{- else if gt (len $name) 52 }}
    {{- $problems = append $problems (printf "tasks.extra.%s: a name has 52 characters at most, because Kubernetes adds 11 to name its Jobs; choose a shorter name" $name) }}
  {{- end }}
  {{- $task := get ($spec | default dict) "task" }}
  {{- if and $spec (not (hasKey $builtIn $task)) (not (hasKey $.Values.extraTasks $task)) }}
    {{- $problems = append $problems (printf "tasks.extra.%s.task is %q, which is neither built in (%s) nor in extraTasks (%s); correct it, or add it to extraTasks" $name $task (keys $builtIn | sortAlpha | join ", ") (keys $.Values.extraTasks | sortAlpha | join ", " | default "empty")) }}
  {{- end }}
{{- end }}
{{- range $name, $task := $tasks }}
  {{- range $field, $catalog := dict "database" "databases" "runnerProfile" "runner.profiles" }}
    {{- $known := ternary $.Values.databases $.Values.runner.profiles (eq $field "database") }}
    {{- $named := get $task.spec $field | default "default" }}
    {{- if not (hasKey $known (toString $named)) }}
      {{- $problems = append $problems (printf "tasks: %s of %s is %v, which is not in %s (%s); correct it, or add it there" $field $name $named $catalog (keys $known | sortAlpha | join ", ")) }}
    {{- end }}
  {{- end }}
{{- end }}
{{- range $name, $database := .Values.databases }}
  {{- if and (ne $name "default") (not $database.secretName) }}
    {{- $problems = append $problems (printf "databases.%s.secretName is not set; name the Secret with the address of the database" $name) }}
  {{- end }}
{{- end }}
{{- range $name, $task := .Values.extraTasks }}
  {{- if hasKey $builtIn $name }}
    {{- $problems = append $problems (printf "extraTasks.%s: that is one of the built-in tasks; choose another name" $name) }}
  {{- end }}
  {{- range $variable, $_ := $task.env }}
    {{- if regexMatch `^(CRM_.*|JOB_COMPLETION_INDEX|LOG_LEVEL|LOG_FORMAT|ENABLE_TASK_LOGGING)$` $variable }}
      {{- $problems = append $problems (printf "extraTasks.%s.env names %s, which the operator or Kubernetes sets; remove it" $name $variable) }}
    {{- end }}
  {{- end }}
{{- end }}

{{- $own := list }}
{{- range include "crm.environment" . | fromYamlArray }}{{ $own = append $own .name }}{{ end }}
{{- range .Values.extraEnv }}
  {{- if has .name $own }}
    {{- $problems = append $problems (printf "extraEnv names %s, which the chart sets from its other keys; remove it" .name) }}
  {{- end }}
{{- end }}

{{- with .Values.control }}
  {{- if and .enabled .tls.secretName .tls.certManager.enabled }}
    {{- $problems = append $problems "control.tls.secretName and control.tls.certManager.enabled: the certificate comes from one of them; unset the other" }}
  {{- else if and .enabled .tls.certManager.enabled (not $.Values.monitoring.assumeCrds) (not ($.Capabilities.APIVersions.Has "cert-manager.io/v1")) }}
    {{- $problems = append $problems "control.tls.certManager.enabled: the cluster does not know cert-manager.io/v1, and the operator's pod would wait for its certificate; install cert-manager first, or set control.tls.secretName. For helm template: --api-versions cert-manager.io/v1" }}
  {{- end }}
  {{- if and .enabled (has (int .port) (list (int $.Values.service.port) 8080 8081)) }}
    {{- $problems = append $problems (printf "control.port is %d, which is service.port, or the port of health or of the probes in the pod (8080, 8081); choose another" (int .port)) }}
  {{- end }}
{{- end }}
{{- with .Values.console }}
  {{- $outside := or .ingress.enabled .httpRoute.enabled }}
  {{- if and $outside (not (and .enabled $.Values.control.enabled)) }}
    {{- $problems = append $problems "console.ingress.enabled or console.httpRoute.enabled is true, but nothing serves the console; set console.enabled and control.enabled to true" }}
  {{- end }}
  {{- if and $outside (not .host) }}
    {{- $problems = append $problems "console.host is empty: the console would answer under every host name of the controller; set it" }}
  {{- end }}
  {{- if and .httpRoute.enabled (not .httpRoute.parentRefs) }}
    {{- $problems = append $problems "console.httpRoute.parentRefs is empty: the HTTPRoute would belong to no gateway; name one" }}
  {{- end }}
{{- end }}
{{- if and (include "crm.monitor" (dict "root" . "kind" "serviceMonitor")) .Values.monitoring.podMonitor.enabled }}
  {{- $problems = append $problems "monitoring.serviceMonitor.enabled and monitoring.podMonitor.enabled: Prometheus would scrape every metric twice; unset one of them" }}
{{- end }}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) .Values.rbac.create }}
  {{- $problems = append $problems "serviceAccount.create is false and serviceAccount.name is empty: the namespace's default account would get the operator's permissions; name another account" }}
{{- end }}
{{- if and (not .Values.rbac.create) .Values.crds.upgrade }}
  {{- $problems = append $problems "rbac.create is false, but crds.upgrade creates a ClusterRole for its Job; set crds.upgrade to false, and let an administrator apply the CRD: helm show crds <chart> | kubectl apply --server-side --field-manager=helm -f -" }}
{{- end }}

{{- if $problems }}
  {{- $problems = uniq $problems }}
  {{- fail (printf "\n\n%d of the values cannot work:\n  - %s\n" (len $problems) (join "\n  - " $problems)) }}
{{- end }}
{{- end }}

{{- define "crm.pdb" -}}
{{- $enabled := .Values.podDisruptionBudget.enabled }}
{{- if ternary (gt (include "crm.replicas" . | int) 1) (eq (toString $enabled) "true") (kindIs "invalid" $enabled) }}true{{ end }}
{{- end }}

{{- /* Keys that other charts have, and what to write here. The schema lets them pass, so that the guards can name the right key. */}}
{{- define "crm.foreignKeys" -}}
replicaCount: write replicas
database: write databases.default
existingSecret: write databases.default.secretName, or redis.secretName
serviceMonitor: write monitoring.serviceMonitor
podMonitor: write monitoring.podMonitor
prometheusRule: write monitoring.prometheusRule
metrics: metrics are always served; write monitoring.serviceMonitor to have them scraped
grafanaDashboard: write monitoring.dashboard
installCRDs: write crds.upgrade
args: the operator takes no arguments; write extraEnv, with JAVA_TOOL_OPTIONS for options of the JVM
command: the image has one program; write extraEnv, with JAVA_TOOL_OPTIONS for options of the JVM
extraArgs: the operator takes no arguments; write extraEnv, with JAVA_TOOL_OPTIONS for options of the JVM
extraInitContainers: write initContainers
extraDeploy: write extraObjects
env: write extraEnv
extraEnvVars: write extraEnv
extraEnvVarsCM: write extraEnvFrom
extraEnvVarsSecret: write extraEnvFrom
envFrom: write extraEnvFrom
volumes: write extraVolumes
volumeMounts: write extraVolumeMounts
containerSecurityContext: write securityContext
log: write logLevel
logging: write logLevel
grafana: write monitoring.dashboard
test: write tests
watchNamespace: write watchNamespaces
updateStrategy: write strategy
sidecars: write extraContainers
autoscaling: one replica leads and the others wait, so more of them bring no speed; write replicas
ingress: write console.ingress for the console; for another path write extraObjects, with an Ingress to the Service of the release
dnsConfig: no key sets it; change the operator's pods by a post-renderer of Helm, and those of the runs by a mutating admission policy
dnsPolicy: no key sets it; change the operator's pods by a post-renderer of Helm, and those of the runs by a mutating admission policy
hostAliases: no key sets it; change the operator's pods by a post-renderer of Helm, and those of the runs by a mutating admission policy
runtimeClassName: no key sets it; change the operator's pods by a post-renderer of Helm, and those of the runs by a mutating admission policy
schedulerName: no key sets it; change the operator's pods by a post-renderer of Helm, and those of the runs by a mutating admission policy
hostNetwork: the operator serves no webhook to the API server, so it needs no host network; remove it
{{- end }}
