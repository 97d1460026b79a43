-- Health of a CrmScheduledTask. A single failed run must not block a sync, because the next one may
-- succeed. A task that is out of date (Fresh) or that a person must edit (Stalled) blocks it.
local status = obj.status
if status == nil or status.conditions == nil or status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "Waiting for the operator"}
end

local condition = {}
for _, one in ipairs(status.conditions) do
  condition[one.type] = one
end

local function is(type, value)
  return condition[type] ~= nil and condition[type].status == value
end

local function report(health, type)
  local message = condition[type].message
  if message == nil or message == "" then
    message = condition[type].reason
  end
  return {status = health, message = message}
end

if is("Stalled", "True") then
  return report("Degraded", "Stalled")
end
if is("Reconciling", "True") then
  return report("Progressing", "Reconciling")
end
if is("Ready", "False") then
  return report("Degraded", "Ready")
end
if not is("Ready", "True") then
  return {status = "Progressing", message = "Waiting for the operator"}
end
if is("Suspended", "True") then
  return report("Suspended", "Suspended")
end
if is("Fresh", "False") then
  return report("Degraded", "Fresh")
end
if is("LastRunSucceeded", "False") then
  return {status = "Healthy", message = "The last run failed: " .. report("Healthy", "LastRunSucceeded").message}
end
return report("Healthy", "Ready")
