-- Checks the deferred constraints now, because check never commits.
set constraints all immediate
