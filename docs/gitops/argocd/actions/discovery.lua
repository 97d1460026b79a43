-- The actions for a CrmScheduledTask in Argo CD's menu.
local annotations = obj.metadata.annotations or {}
local status = obj.status or {}
local paused = annotations["crmventas.io/paused"]
local is_paused = paused ~= nil and paused ~= "" and paused ~= "false"

return {
  ["run-now"] = {disabled = status.cronJobName == nil},
  ["pause"] = {disabled = is_paused},
  ["resume"] = {disabled = not is_paused and status.breaker == nil},
}
