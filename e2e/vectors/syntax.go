package main

import (
	"strings"

	"github.com/robfig/cron/v3"
)

// Special cases of the grammar; random expressions follow.
var corners = []string{
	"", " ", "*", "* * * *", "* * * * *", " * * * * * ", "*  *\t* * *", "* * * * * *", "0 * * * * ?", "? ? ? ? ?",
	"60 * * * *", "59 24 * * *", "0 0 0 * *", "0 0 32 * *", "0 0 * 0 *", "0 0 * 13 *", "0 0 * * 7", "0 0 * * 0-7",
	"0 0 * * SUN", "0 0 * * sun-sat", "0 0 * * Mon,WED,fRi", "0 0 * * MON-7", "0 0 * * SUNDAY", "0 0 * JAN *",
	"0 0 * jan-dec/2 *", "0 0 * DEC-JAN *", "0 0 * * FRI-MON", "JAN * * * *", "0 0 * MON *", "0 0 L * *",
	"0 0 15W * *", "0 0 * * 5#2", "0 0 * * 5L", "5-1 * * * *", "1-5-9 * * * *", "1/2/3 * * * *", "*/0 * * * *",
	"*/1 * * * *", "*/-1 * * * *", "*/-0 * * * *", "*/+5 * * * *", "+5 * * * *", "-5 * * * *", "-0 * * * *",
	"5- * * * *", "/5 * * * *", "5/ * * * *", "*/ * * * *", "5/60 * * * *", "*/61 * * * *", "*/45 * * * *",
	"*/1000000000000000000 * * * *", "*/9223372036854775807 * * * *", "59/9223372036854775807 * * * *",
	"*/9223372036854775808 * * * *", "*/99999999999999999999 * * * *", "4294967296 * * * *", "005 * * * *",
	"00000000000000000000000005 * * * *", "0x5 * * * *", "1_0 * * * *", "5.0 * * * *", "\u0665 * * * *",
	", * * * *", ",,,, * * * *", "1,,2 * * * *", ",1 * * * *", "1, * * * *", "1, 2 * * * *", "*,5 * * * *",
	"*-5 * * * *", "*-x * * * *", "?-5/2 * * * *", "** * * * *", "*5 * * * *", "5* * * * *", "0-59/7 * * * *",
	"0-60 * * * *", "0-59/70,3 * * * *", "0 0 ?/2 * *", "0 0 31 2 *", "0 0 1-31/40 * *",
	"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually", "@reboot", "@Hourly", " @hourly",
	"@hourly ", "@", "@every", "@every ", "@every 1", "@every 0", "@every +0", "@every -0", "@every 5m", "@every  5m",
	"@every 5m ", "@every 5M", "@every 1h30m", "@every 1h 30m", "@every 90m", "@every 1d", "@every 1.5h",
	"@every .5h", "@every 5.h", "@every .h", "@every .", "@every h", "@every 1.2.3h", "@every 500ms", "@every 1us",
	"@every 1µs", "@every 1μs", "@every 1ns", "@every -5m", "@every +5m", "@every --5m", "@every 2562047h",
	"@every 2562048h", "@every 9223372036854775807ns", "@every 9223372036854775808ns", "@every -9223372036854775808ns",
	"@every -9223372036854775809ns", "@every 1h1h", "@every 1s1h", "@every 1e3s", "@Every 5m", "@every 0.3333333333h",
	"TZ=UTC * * * * *", "CRON_TZ=UTC * * * * *", "TZ=UTC @hourly", "TZ=Nowhere * * * * *", "* * * * TZ",
	"UTC * * * * *", "0 8 * * 1-5", "0\u00a08 * * *", "0\u200b8 * * *", "0 8 * * 1–5", "0 8 * * *;", "'0 8 * * *'",
}

const alphabet = "0123456789,-/*? @JANmon7\t+"

func (p *printer) syntax() {
	for _, expression := range corners {
		p.verdict(expression)
	}
	for range syntaxVectors {
		runes := []rune(p.expression())
		for range 1 + p.rand.IntN(2) {
			at := p.rand.IntN(len(runes))
			letter := rune(alphabet[p.rand.IntN(len(alphabet))])
			switch p.rand.IntN(3) {
			case 0:
				runes[at] = letter
			case 1:
				runes = append(runes[:at:at], append([]rune{letter}, runes[at:]...)...)
			default:
				runes = append(runes[:at:at], runes[at+1:]...)
			}
		}
		p.verdict(string(runes))
	}
}

// verdict is that of the API server: it accepts what the library accepts, without a time zone inside the expression.
func (p *printer) verdict(expression string) {
	verdict := "reject"
	if !strings.Contains(expression, "TZ") {
		if _, err := cron.ParseStandard(expression); err == nil {
			verdict = "accept"
		}
	}
	p.line(verdict, strings.ReplaceAll(expression, "\t", `\t`))
}
