{{- /*
A .env file as the job-runner's command "dotenv" reads it: comments, export, quotes, nothing expanded.
Gives JSON: entries (name to line and value) and problems, which never repeat what stands in a line.
*/}}
{{- define "crm.dotenv" -}}
{{- $entries := dict }}
{{- $problems := list }}
{{- $assignment := `^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$` }}
{{- range $index, $line := .Values.dotenv | default "" | replace "\r" "" | trimPrefix "\ufeff" | splitList "\n" }}
  {{- $number := add1 $index }}
  {{- $text := trim $line }}
  {{- if or (eq $text "") (hasPrefix "#" $text) }}
  {{- else if regexMatch $assignment $line }}
    {{- $name := regexReplaceAll $assignment $line "${1}" }}
    {{- $value := trim (regexReplaceAll $assignment $line "${2}") }}
    {{- $known := true }}
    {{- if hasPrefix "'" $value }}
      {{- $known = regexMatch `^'[^']*'\s*(#.*)?$` $value }}
      {{- $value = regexReplaceAll `^'([^']*)'.*$` $value "${1}" }}
    {{- else if hasPrefix "\"" $value }}
      {{- $known = regexMatch `^"(?:[^"\\]|\\.)*"\s*(#.*)?$` $value }}
      {{- $value = regexReplaceAll `\\(.)` (regexReplaceAll `^"((?:[^"\\]|\\.)*)".*$` $value "${1}") "${1}" }}
    {{- else if hasPrefix "#" $value }}
      {{- $value = "" }}
    {{- else }}
      {{- $value = regexReplaceAll `\s+#.*$` $value "" }}
    {{- end }}
    {{- $earlier := get $entries $name | default dict }}
    {{- if not $known }}
      {{- $problems = append $problems (printf "line %d: write NAME=value, and close quotes on the same line" $number) }}
    {{- else if and $earlier (ne (get $earlier "value" | toString) $value) }}
      {{- $problems = append $problems (printf "line %d: %s says something else than line %d; remove one of them" $number $name (int (get $earlier "line"))) }}
    {{- else }}
      {{- $_ := set $entries $name (dict "line" $number "value" $value) }}
    {{- end }}
  {{- else }}
    {{- $problems = append $problems (printf "line %d: write NAME=value, and close quotes on the same line" $number) }}
  {{- end }}
{{- end }}
{{- dict "entries" $entries "problems" $problems | toJson }}
{{- end }}
