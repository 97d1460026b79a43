-- Constraints that wait for the commit are checked now, because check never commits.
set constraints all immediate
