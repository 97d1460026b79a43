-- Checks now the constraints that wait for the commit, because check never commits.
set constraints all immediate
