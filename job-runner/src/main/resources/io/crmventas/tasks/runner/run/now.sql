-- The run's one instant, kept over all its transactions and attempts.
select clock_timestamp() as now
