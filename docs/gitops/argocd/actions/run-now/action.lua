-- Runs the task once, also while it is suspended. The token changes each second, and each token starts one run.
local os = require("os")
local annotations = obj.metadata.annotations or {}
annotations["crmventas.io/run-requested"] = "argocd-" .. os.time()
obj.metadata.annotations = annotations
return obj
