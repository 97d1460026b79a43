package main

import (
	"time"

	"github.com/robfig/cron/v3"
)

// controller prints the scheduled time that the CronJob controller of Kubernetes 1.34 would start now, and the one that it would wait for.
func (p *printer) controller() {
	for range controllerRounds {
		expression := p.pick(usual)
		if p.rand.IntN(3) == 0 {
			expression = p.expression()
		}
		zone := p.pick(zones)
		schedule := scheduleIn(expression, zone)
		created := p.moment(firstYear, lastYear)
		last, lastText := time.Time{}, none
		since := created
		if p.rand.IntN(2) == 0 {
			last = schedule.Next(p.moment(created, created.Add(72*time.Hour)))
			if last.IsZero() {
				continue
			}
			since, lastText = last, text(last)
		}
		now := p.moment(since.Add(-2*time.Minute), since.Add(p.away()))
		due, next := waits(schedule, since, now)
		if settled(zone, next) {
			p.line("controller", expression, zone, text(created), lastText, text(now), text(due), text(next))
		}
	}
}

func (p *printer) away() time.Duration {
	return []time.Duration{
		10 * time.Minute, 2 * time.Hour, 26 * time.Hour, 10 * 24 * time.Hour, 400 * 24 * time.Hour,
	}[p.rand.IntN(5)]
}

// waits is a copy of the controller's mostRecentScheduleTime and nextScheduleTimeDuration, which it does not export, for a CronJob
// without a starting deadline. A zero time means "none".
func waits(schedule cron.Schedule, since, now time.Time) (due, next time.Time) {
	first := schedule.Next(since)
	second := schedule.Next(first)
	switch {
	case now.Before(first):
		return time.Time{}, schedule.Next(since)
	case now.Before(second):
		return first, schedule.Next(first)
	}
	step := int64(second.Sub(first).Round(time.Second).Seconds())
	if step < 1 {
		return time.Time{}, schedule.Next(now)
	}
	missed := int64(now.Sub(first).Seconds())/step + 1
	scheduled := schedule.Next(first.Add(time.Duration((missed-2)*step) * time.Second))
	for ; !scheduled.After(now); scheduled = schedule.Next(scheduled) {
		due = scheduled
	}
	if due.IsZero() {
		return due, schedule.Next(now)
	}
	return due, schedule.Next(due)
}
