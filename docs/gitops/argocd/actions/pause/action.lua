-- Pauses the task until a person resumes it. The annotations are in no manifest, so a sync keeps them.
local annotations = obj.metadata.annotations or {}
annotations["crmventas.io/paused"] = "Paused in Argo CD"
annotations["crmventas.io/paused-by"] = "Argo CD"
annotations["crmventas.io/paused-until"] = nil
obj.metadata.annotations = annotations
return obj
