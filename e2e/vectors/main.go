// Command vectors prints the answers of Kubernetes' cron library to several thousand questions.
//
// A test compares the operator's own cron code with the output. The questions come from a fixed seed, so the output
// changes only with the library or with the time zone rules of the past.
package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // The same zones wherever it runs, unless the system has its own.

	"github.com/robfig/cron/v3"
)

const (
	seed1, seed2     = 20261101, 34
	syntaxVectors    = 900
	calendarVectors  = 1600
	perClockChange   = 5
	controllerRounds = 1600
	none             = "none"
)

type printer struct {
	out  *bufio.Writer
	rand *rand.Rand
}

func main() {
	p := &printer{out: bufio.NewWriter(os.Stdout), rand: rand.New(rand.NewPCG(seed1, seed2))}
	p.syntax()
	p.calendar()
	p.clockChanges()
	p.controller()
	if err := p.out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "writing the vectors:", err)
		os.Exit(1)
	}
}

func (p *printer) line(columns ...string) {
	fmt.Fprintln(p.out, strings.Join(columns, "\t"))
}

// next prints one question with its answer, unless the answer depends on future clock changes.
func (p *printer) next(expression, zone string, from time.Time) {
	answer := scheduleIn(expression, zone).Next(from)
	if settled(zone, answer) {
		p.line("next", expression, zone, text(from), text(answer))
	}
}

// scheduleIn parses as the CronJob controller does, with the zone as a prefix.
func scheduleIn(expression, zone string) cron.Schedule {
	schedule, err := cron.ParseStandard("TZ=" + zone + " " + expression)
	if err != nil {
		panic(err)
	}
	return schedule
}

func text(t time.Time) string {
	if t.IsZero() {
		return none
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func (p *printer) pick(from []string) string {
	return from[p.rand.IntN(len(from))]
}
