-- Ends a pause, also the pause of a task that paused itself after too many failures. It keeps `spec.enabled: false`, which is in Git.
local os = require("os")
local annotations = obj.metadata.annotations or {}
annotations["crmventas.io/paused"] = nil
annotations["crmventas.io/paused-by"] = nil
annotations["crmventas.io/paused-until"] = nil
if obj.status ~= nil and obj.status.breaker ~= nil then
  annotations["crmventas.io/resume-requested"] = "argocd-" .. os.time()
end
obj.metadata.annotations = annotations
return obj
