-- Returns the one instant of the run, which all its transactions and attempts use.
select clock_timestamp() as now
