# Does the work of the CronJob controller, the Job controller and a kubelet for one run. The run is the real runner on the demo CRM, and
# this script writes its report where the kubelet writes it. Other scripts source this file.
# shellcheck shell=bash

number=29000000

run_task() { # TASK [VARIABLE=VALUE...]: one scheduled run, with these variables instead of the surroundings'
  local task=$1 job pod code=0 from until phase=Succeeded
  shift
  number=$((number + 1))
  job=$task-$number
  from=$(date -u +%FT%TZ)
  kubectl_here get cronjob "$task" -o json | jq --arg job "$job" --arg due "$from" '{
    apiVersion: "batch/v1", kind: "Job", spec: .spec.jobTemplate.spec,
    metadata: {name: $job, labels: .spec.jobTemplate.metadata.labels,
      annotations: {"batch.kubernetes.io/cronjob-scheduled-timestamp": $due},
      ownerReferences: [{apiVersion: "batch/v1", kind: "CronJob", name: .metadata.name, uid: .metadata.uid, controller: true}]}
  }' | kubectl_here create -f - >/dev/null
  status job "$job" "{\"startTime\":\"$from\",\"active\":1}"
  pod=$job-x
  kubectl_here get job "$job" -o json | jq '{apiVersion: "v1", kind: "Pod", spec: .spec.template.spec,
    metadata: {name: (.metadata.name + "-x"), labels: (.spec.template.metadata.labels + {"batch.kubernetes.io/job-name": .metadata.name}),
      ownerReferences: [{apiVersion: "batch/v1", kind: "Job", name: .metadata.name, uid: .metadata.uid, controller: true}]}
  }' | kubectl_here create -f - >/dev/null
  rm -f "$work/report"
  env CRM_TERMINATION_LOG="$work/report" "$@" "$root/e2e/docs/bin/runner" run "$task" >>"$work/runs.log" 2>&1 || code=$?
  until=$(date -u +%FT%TZ)
  ((code == 0)) || phase=Failed
  jq -n --rawfile message "$work/report" --arg phase "$phase" --argjson code "$code" --arg from "$from" --arg until "$until" '{
    phase: $phase, containerStatuses: [{name: "runner", image: "x", imageID: "", containerID: "containerd://x", ready: false,
      restartCount: 0, state: {terminated: {exitCode: $code, reason: (if $code == 0 then "Completed" else "Error" end),
        startedAt: $from, finishedAt: $until, message: $message}}}]}' >"$work/status"
  status pod "$pod" "$(<"$work/status")"
  if ((code == 0)); then
    status job "$job" "{\"active\":0,\"succeeded\":1,\"completionTime\":\"$until\",\"conditions\":[
      {\"type\":\"SuccessCriteriaMet\",\"status\":\"True\",\"reason\":\"CompletionsReached\"},
      {\"type\":\"Complete\",\"status\":\"True\",\"reason\":\"CompletionsReached\",\"lastTransitionTime\":\"$until\"}]}"
  else
    status job "$job" "{\"active\":0,\"failed\":1,\"conditions\":[
      {\"type\":\"FailureTarget\",\"status\":\"True\",\"reason\":\"BackoffLimitExceeded\"},
      {\"type\":\"Failed\",\"status\":\"True\",\"reason\":\"BackoffLimitExceeded\",\"lastTransitionTime\":\"$until\"}]}"
  fi
}

status() { kubectl_here patch "$1" "$2" --subresource=status --type=merge -p "{\"status\":$3}" >/dev/null; }

kubectl_here() { "$BIN/kubectl" -n crm "$@"; }
