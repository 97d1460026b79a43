package main

import "time"

// Zones with every kind of clock change: at night, at midnight (the day starts at 01:00, or 23:00 comes twice), by half an hour, by
// two hours, only in the past, or none at all. Pacific/Apia is missing: on the day that it skipped in 2011 the library loops forever.
var zones = []string{
	"Etc/UTC", "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Havana", "America/Mexico_City",
	"America/Caracas", "America/Bogota", "America/Sao_Paulo", "America/Santiago", "America/Asuncion",
	"America/Argentina/Buenos_Aires", "Europe/London", "Europe/Dublin", "Europe/Madrid", "Europe/Berlin",
	"Europe/Moscow", "Europe/Istanbul", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Amman",
	"Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Pyongyang", "Australia/Lord_Howe", "Australia/Adelaide",
	"Pacific/Auckland", "Pacific/Chatham", "Antarctica/Troll",
}

var (
	firstYear = time.Date(2007, 1, 1, 0, 0, 0, 0, time.UTC)
	lastYear  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	// Later rules can still change.
	lastSettled = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
)

func settled(zone string, answer time.Time) bool {
	return zone == "Etc/UTC" || answer.Before(lastSettled)
}

func (p *printer) moment(from, to time.Time) time.Time {
	t := from.Add(time.Duration(p.rand.Int64N(int64(to.Sub(from)/time.Second))) * time.Second)
	if p.rand.IntN(8) == 0 {
		t = t.Add(time.Duration(p.rand.IntN(1000)) * time.Millisecond)
	}
	if p.rand.IntN(4) == 0 {
		t = t.Truncate(time.Minute)
	}
	return t
}

// calendar returns any time of any year.
func (p *printer) calendar() {
	for _, expression := range never {
		p.next(expression, "Etc/UTC", firstYear)
		p.next(expression, "America/Argentina/Buenos_Aires", firstYear)
	}
	for _, expression := range usual {
		for _, zone := range []string{"Etc/UTC", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"} {
			p.next(expression, zone, p.moment(firstYear, lastYear))
		}
	}
	// Around 2100 there is no 29 February for eight years, and the search ends after five.
	p.next("0 0 29 2 *", "Etc/UTC", time.Date(2096, 3, 1, 0, 0, 0, 0, time.UTC))
	p.next("0 0 29 2 *", "Etc/UTC", time.Date(2099, 3, 1, 0, 0, 0, 0, time.UTC))
	for range calendarVectors {
		p.next(p.expression(), p.pick(zones), p.moment(firstYear, lastYear))
	}
}

// clockChanges returns times in the days around each change of the clock.
func (p *printer) clockChanges() {
	for _, zone := range zones {
		location, err := time.LoadLocation(zone)
		if err != nil {
			panic(err)
		}
		for _, change := range changes(location) {
			for range perClockChange {
				expression := p.pick(atNight)
				if p.rand.IntN(5) == 0 {
					expression = p.expression()
				}
				p.next(expression, zone, p.moment(change.Add(-27*time.Hour), change.Add(5*time.Hour)))
			}
		}
	}
}

func changes(location *time.Location) []time.Time {
	var found []time.Time
	for t := firstYear; ; {
		_, end := t.In(location).ZoneBounds()
		if end.IsZero() || end.After(lastYear) {
			return found
		}
		found = append(found, end)
		t = end
	}
}
