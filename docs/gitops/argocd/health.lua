-- Health of a CrmScheduledTask. A single failed run is no reason to hold up a sync: the next one may succeed. What is
-- out of date (Fresh), or waits for a person (Stalled), is.
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

local function say(health, type)
  local message = condition[type].message
  if message == nil or message == "" then
    message = condition[type].reason
  end
  return {status = health, message = message}
end

if is("Stalled", "True") then
  return say("Degraded", "Stalled")
end
if is("Reconciling", "True") then
  return say("Progressing", "Reconciling")
end
if is("Ready", "False") then
  return say("Degraded", "Ready")
end
if not is("Ready", "True") then
  return {status = "Progressing", message = "Waiting for the operator"}
end
if is("Suspended", "True") then
  return say("Suspended", "Suspended")
end
if is("Fresh", "False") then
  return say("Degraded", "Fresh")
end
if is("LastRunSucceeded", "False") then
  return {status = "Healthy", message = "The last run failed: " .. say("Healthy", "LastRunSucceeded").message}
end
return say("Healthy", "Ready")
