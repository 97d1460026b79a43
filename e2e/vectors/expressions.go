package main

import (
	"fmt"
	"strings"
)

var usual = []string{
	"* * * * *", "*/5 * * * *", "3-59/5 * * * *", "*/7 * * * *", "*/45 * * * *", "17 * * * *", "0 */2 * * *",
	"17 1-23/2 * * *", "0 8 * * *", "30 2 * * *", "0 0 * * *", "59 23 * * *", "0 0 1 * *", "0 0 * * 0", "0 8 * * 1-5",
	"0 0 13 * 5", "0 0 */2 * 1", "0 0 1-7 * MON", "30 6-16/4 * * 1-5", "0 0 31 * *", "0 0 29 2 *", "0 12 29 2 1",
	"0 0 ? * MON,WED", "15 10 ? * 6", "0 0 1 1 *", "*/15 9-17 1,15 3-10/2 *", "@hourly", "@daily", "@weekly",
	"@monthly", "@yearly", "@every 7m", "@every 90m", "@every 25h", "@every 1h30m10s", "@every 1500ms",
}

var never = []string{"0 0 30 2 *", "0 0 31 2,4,6,9,11 *", ", * * * *", "0 , * * *", "0 0 1 , *", "0 0 , * *"}

// Hours at which clocks change somewhere.
var atNight = []string{
	"30 2 * * *", "0 2 * * *", "15 2 * * *", "45 1 * * *", "30 1 * * *", "0 1 * * *", "30 0 * * *", "0 0 * * *",
	"59 23 * * *", "30 23 * * *", "0 3 * * *", "30 3 * * *", "*/20 1-3 * * *", "*/15 * * * *", "*/30 0-4 * * *",
	"0 */2 * * *", "0 */3 * * *", "30 2 * * 0", "0 0 * * 0", "0 0 * * 5", "0 0 1 * *", "30 2 * 3,10,11 *",
	"15 0 * * 6,0", "0 0-2 * * *", "@hourly", "@daily", "@weekly", "@every 45m",
}

// expression returns a random expression that the library accepts.
func (p *printer) expression() string {
	return strings.Join([]string{
		p.field(0, 59, nil),
		p.field(0, 23, nil),
		p.field(1, 31, nil),
		p.field(1, 12, []string{"JAN", "feb", "Mar", "APR", "may", "Jun", "JUL", "aug", "Sep", "OCT", "nov", "Dec"}),
		p.field(0, 6, []string{"SUN", "mon", "Tue", "WED", "thu", "Fri", "SAT"}),
	}, " ")
}

func (p *printer) field(low, high int, names []string) string {
	number := func(n int) string {
		if names != nil && p.rand.IntN(3) == 0 {
			return names[n-low]
		}
		return fmt.Sprint(n)
	}
	value := func() int { return low + p.rand.IntN(high-low+1) }
	switch p.rand.IntN(10) {
	case 0, 1, 2:
		return "*"
	case 3:
		return p.pick([]string{"?", "*/1", "*/2", "*/3", "*/5", "?/4", "*/10"})
	case 4, 5:
		return number(value())
	case 6:
		return number(value()) + "," + number(value()) + "," + number(value())
	case 7:
		return fmt.Sprintf("%s/%d", number(value()), 1+p.rand.IntN(9))
	default:
		a, b := value(), value()
		if a > b {
			a, b = b, a
		}
		span := number(a) + "-" + number(b)
		if p.rand.IntN(2) == 0 {
			return fmt.Sprintf("%s/%d", span, 1+p.rand.IntN(7))
		}
		return span
	}
}
