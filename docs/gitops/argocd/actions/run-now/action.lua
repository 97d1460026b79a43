-- Runs the task once, also while it is stopped. The token is new each second; the same token runs once.
local os = require("os")
local annotations = obj.metadata.annotations or {}
annotations["crmventas.io/run-requested"] = "argocd-" .. os.time()
obj.metadata.annotations = annotations
return obj
