{{- /*
The importer for a .env file. It follows python-dotenv: export, quotes, values over several lines, comments, CRLF, and
${NAME} or ${NAME:-default} from earlier lines. Three points differ: a byte order mark is skipped, text after "NAME= #"
is a comment, and a space that does not break is a space. The result is JSON that never leaves the templates, because values may be credentials:
  entries     name -> line, value, unset (names that ${...} uses and that no earlier line sets)
  unreadable  numbers of lines that are not NAME=value
  problems    unreadable lines that start with a variable of the scheduler
*/}}
{{- define "crm.dotenv" -}}
{{- $name := `(?:export[^\S\n]+)?('[^'\n]+'|[^=#'\s][^=#\s]*)` }}
{{- $value := `('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|[^'"\s][^\n]*)?` }}
{{- $assignment := printf `[^\S\n]*%s[^\S\n]*=[^\S\n]*%s[^\S\n]*(?:#[^\n]*)?(?:\n|$)` $name $value }}
{{- $scheduler := printf `^\s*(?:export\s+)?(%s)\s*=` (include "crm.variables" . | fromJsonArray | join "|") }}
{{- $entries := dict }}
{{- $unreadable := list }}
{{- $problems := list }}
{{- $line := 1 }}
{{- $text := .Values.dotenv | default "" | trimPrefix "\ufeff" | replace "\u00a0" " " | replace "\r\n" "\n" | replace "\r" "\n" }}
{{- if contains "\x00" $text }}
  {{- $problems = append $problems "dotenv: the file is UTF-16, as PowerShell's > writes it; save it as UTF-8, for example by Out-File -Encoding utf8" }}
  {{- $text = "" }}
{{- end }}
{{- /* Each match is one assignment, which may span lines, or else one whole line. */}}
{{- range $match := regexFindAll (printf `%s|[^\n]*\n?` $assignment) $text -1 }}
  {{- if regexMatch (printf `^%s$` $assignment) $match }}
    {{- $key := regexReplaceAll (printf `^%s$` $assignment) $match "${1}" | trimAll "'" }}
    {{- $raw := regexReplaceAll (printf `^%s$` $assignment) $match "${2}" }}
    {{- if regexMatch `^[^=]*=[^\S\n]+#` $match }}{{ $raw = "" }}{{ end }}
    {{- $entry := include "crm.dotenvValue" (dict "raw" $raw "entries" $entries) | fromJson }}
    {{- $_ := set $entries $key (set $entry "line" $line) }}
  {{- else if not (regexMatch `^\s*(#|$)` $match) }}
    {{- $unreadable = append $unreadable $line }}
    {{- if regexMatch $scheduler $match }}
      {{- $known := regexReplaceAll (printf `(?s)%s.*$` $scheduler) $match "${1}" }}
      {{- $problems = append $problems (printf "%s (dotenv, line %d): the line is not NAME=value; close its quotes, and put a space before a comment" $known $line) }}
    {{- end }}
  {{- end }}
  {{- $line = add $line (len (splitList "\n" $match)) -1 }}
{{- end }}
{{- dict "entries" $entries "unreadable" $unreadable "problems" $problems | toJson }}
{{- end }}

{{- /* One value without its quotes, escapes and comment, with ${...} replaced. As JSON: value, unset. */}}
{{- define "crm.dotenvValue" -}}
{{- $value := .raw }}
{{- if hasPrefix "'" $value }}
  {{- $value = trimPrefix "'" $value | trimSuffix "'" | replace `\\` "\x00" | replace `\'` "'" | replace "\x00" `\` }}
{{- else if hasPrefix `"` $value }}
  {{- $value = trimPrefix `"` $value | trimSuffix `"` | replace `\\` "\x00" | replace `\"` `"` | replace `\'` "'" }}
  {{- $value = $value | replace `\n` "\n" | replace `\r` "\r" | replace `\t` "\t" | replace "\x00" `\` }}
{{- else }}
  {{- $value = trim (regexReplaceAll `\s+#.*` $value "") }}
{{- end }}
{{- $reference := `\$\{([^}:]*)(?::-([^}]*))?\}` }}
{{- $unset := list }}
{{- range regexFindAll $reference $value -1 | uniq }}
  {{- $name := regexReplaceAll $reference . "${1}" }}
  {{- $replacement := regexReplaceAll $reference . "${2}" }}
  {{- if hasKey $.entries $name }}
    {{- $replacement = (get $.entries $name).value }}
  {{- else if not (contains ":-" .) }}
    {{- $unset = append $unset $name }}
  {{- end }}
  {{- $value = replace . $replacement $value }}
{{- end }}
{{- dict "value" $value "unset" $unset | toJson }}
{{- end }}

{{- /* The scheduler's variable that a name was probably meant to be, or nothing. */}}
{{- define "crm.misspelt" -}}
{{- $near := dict }}
{{- range $known := include "crm.variables" .root | fromJsonArray }}
  {{- range include "crm.spellings" $known | fromJsonArray }}{{ $_ := set $near . $known }}{{ end }}
{{- end }}
{{- $found := "" }}
{{- /* REDIS_HOST2 is a second variable and no mistake. */}}
{{- if not (regexMatch `[0-9]$` .name) }}
  {{- range include "crm.spellings" .name | fromJsonArray }}{{ $found = get $near . | default $found }}{{ end }}
{{- end }}
{{- $found }}
{{- end }}

{{- /* The spellings of a name: without underscores and unit, and that again without one of its letters. Two names with a common spelling are close. */}}
{{- define "crm.spellings" -}}
{{- $stem := regexReplaceAll `[^A-Z0-9]` (regexReplaceAll `_(SECOND|MINUTE|MIN|HOUR|DAY)S?$` (upper .) "") "" }}
{{- $spellings := list $stem }}
{{- range $index := until (len $stem) }}
  {{- $spellings = append $spellings (printf "%s%s" (substr 0 $index $stem) (substr (int (add1 $index)) (len $stem) $stem)) }}
{{- end }}
{{- toJson $spellings }}
{{- end }}
