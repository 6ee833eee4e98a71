package table

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// clockPattern is the grammar of a time of day, its zone behind it.
var clockPattern = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2})([.,]\d{1,9})?)?\s*([AaPp][Mm])?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?|` + strings.Join(zoneNames, "|") + `)?$`)

// clockByPattern reads a time of day by that.
func clockByPattern(s string) (seconds float64, zone string, ok bool) {
	m := clockPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, "", false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	second, _ := strconv.Atoi(m[3])
	if half := strings.ToLower(m[5]); half != "" {
		if hour < 1 || hour > 12 {
			return 0, "", false
		}
		if hour %= 12; half == "pm" {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 || second > 59 {
		return 0, "", false
	}
	seconds = float64(hour*3600 + minute*60 + second)
	if m[4] != "" {
		fraction, _ := strconv.ParseFloat("0."+m[4][1:], 64)
		seconds += fraction
	}
	switch zone = m[6]; {
	case zone == "":
	case zone == "Z" || zone == "UTC" || zone == "GMT" || strings.Trim(zone, "+-:0") == "":
		zone = "+00:00"
	case zone[0] >= 'A':
	default:
		digits := strings.Replace(zone[1:], ":", "", 1) + "00"
		zone = zone[:1] + digits[:2] + ":" + digits[2:4]
	}
	return seconds, zone, true
}

var clocks = []string{"10:30", "1:05", "23:59:59.999999999", "24:00", "12:00 am", "12:00PM", "00:30 pm", "10:30:59,5 CET", "10:30Z", "10:30 \t+02", "10:30+0200", "10:30 -00:00", "10:30+02:0", "10:30 PKT",
	"10:30 pm UTC", "10:30 ", "10:30:", "10:30:5", "10:30:05.", "10:30:05.1234567890", "10:60", "9:7", "10:30 am pm", "10:30 CETX", "1030", ":30", "", "10:30 +02:00:00", "10:30 a", "10:30\u00a0CET", "100:30"}

func TestClock(t *testing.T) {
	for _, s := range clocks {
		checkClock(t, s)
	}
	if _, _, ok := parseClock("10:30:59.5 pm +02:00"); !ok {
		t.Error("a time is none")
	}
	if n := testing.AllocsPerRun(10, func() { parseClock("10:30:59.5 pm +02:00") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzClock: times are those of the grammar, to the bit.
func FuzzClock(f *testing.F) {
	for _, s := range clocks {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkClock(t, s) })
}

func checkClock(t *testing.T, s string) {
	t.Helper()
	seconds, zone, ok := parseClock(s)
	want, wantZone, wantOK := clockByPattern(s)
	if ok != wantOK || ok && (seconds != want || zone != wantZone) {
		t.Errorf("%q is %v in %q, %v, want %v in %q, %v", s, seconds, zone, ok, want, wantZone, wantOK)
	}
}
