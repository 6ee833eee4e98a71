package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// DateForm is how the dates of a column are written. A time may stand behind each.
type DateForm struct {
	// Layout is the date's, as package time has it; empty if the cells are times of day.
	// A year of two digits is 1969 to 2068. A month without a day is its first.
	Layout string `json:"layout"`
	// Zone is what every cell is in: "+02:00", or a name, as "CET"; empty if none says.
	Zone string `json:"zone,omitempty"`
}

// String says it: "2006-01-02, +02:00".
func (f DateForm) String() string {
	s := f.Layout
	if s == "" {
		s = "15:04:05"
	}
	if f.Zone != "" {
		s += ", " + f.Zone
	}
	return s
}

// dateLayout is one, as package time has it, and the order of its numbers.
type dateLayout struct{ layout, order string }

// dateLayouts are the layouts of dates, with the order of year, month and day where that is a
// matter of custom.
var dateLayouts = func() (layouts []dateLayout) {
	add := func(order string, list ...string) {
		for _, l := range list {
			layouts = append(layouts, dateLayout{l, order})
		}
	}
	for _, s := range []string{"-", "/", "."} {
		add("ymd", "2006"+s+"1"+s+"2", "06"+s+"1"+s+"2")
		add("dmy", "2"+s+"1"+s+"2006", "2"+s+"1"+s+"06")
		add("mdy", "1"+s+"2"+s+"2006", "1"+s+"2"+s+"06")
	}
	for _, month := range []string{"Jan", "January"} {
		add("", "2 "+month+" 2006", "2-"+month+"-2006", "2-"+month+"-06", "2. "+month+" 2006", month+" 2, 2006", month+" 2 2006",
			"Mon, 2 "+month+" 2006", "Monday, 2 "+month+" 2006", "Mon "+month+" 2 2006", "2006-"+month+"-2")
	}
	// Months stand for their first day. With a point they would be numbers; years of two digits may be days: Jan-24.
	for _, s := range []string{"-", "/"} {
		add("", "2006"+s+"1", "1"+s+"2006")
	}
	for _, month := range []string{"Jan", "January"} {
		add("", month+" 2006", month+"-2006", month+", 2006", "2006 "+month, "2006-"+month)
	}
	return layouts
}()

// ofMonths tells whether dates of a layout are months.
func ofMonths(layout string) bool {
	return layout != "" && strings.Count(layout, "2") == strings.Count(layout, "2006") // no 2 is a day
}

// Two numbers are a month of these years only: others are rather parts of a name.
const firstYearOfMonths, lastYearOfMonths = 1600, 2199

// spanYears tells whether what looks like months are rather the two years of a season: 2009/10, 2010/11.
func spanYears(cells []string, layout string) bool {
	return (layout == "2006/1" || layout == "2006-1") && !slices.ContainsFunc(cells, func(s string) bool {
		month, err := time.Parse(layout, strings.TrimSpace(s))
		return err != nil || (month.Year()+1)%100 != int(month.Month())
	})
}

// Order is that of day, month and year where it is a matter of custom, as [As] has it: ymd, dmy or mdy; empty where it is none,
// as the month has a name.
func (f DateForm) Order() string { return dateOrder(f.Layout) }

// DateOrders are the orders that day, month and year are written in, as [As] has them.
func DateOrders() []string { return []string{"ymd", "dmy", "mdy"} }

// zoneNames are zones that are known by their letters. They are told apart and never converted: IST is one of three.
var zoneNames = []string{
	"WET", "WEST", "BST", "IST", "CET", "CEST", "MEZ", "MESZ", "EET", "EEST", "MSK", "SAST", "PKT", "WIB", "SGT", "HKT", "AWST",
	"JST", "KST", "ACST", "ACDT", "AEST", "AEDT", "NZST", "NZDT", "NST", "NDT", "AST", "ADT", "EST", "EDT", "CST", "CDT", "MST",
	"MDT", "PST", "PDT", "AKST", "AKDT", "HST", "BRT", "ART", "CLT",
}

// splitClock cuts the time off a date.
func splitClock(s string) (date, time string) {
	s = strings.TrimSpace(narrow(s))
	i := strings.IndexByte(s, ':')
	if i < 0 {
		return s, ""
	}
	for i > 0 && s[i-1]-'0' <= 9 {
		i--
	}
	if i == 0 {
		return "", s
	}
	if c := s[i-1]; c != ' ' && c != 'T' && c != 't' {
		return s, ""
	}
	return strings.TrimRight(s[:i-1], " ,"), s[i:]
}

// parseClock reads a time of day, in seconds, and the zone behind it: 10:30, 10:30:59.5 pm CET. Of a second there are nine digits behind the
// point at most.
func parseClock(s string) (seconds float64, zone string, ok bool) {
	hour, n, s := leadingDigits(s, 2)
	if n == 0 || !strings.HasPrefix(s, ":") {
		return 0, "", false
	}
	minute, n, s := leadingDigits(s[1:], 2)
	if n != 2 {
		return 0, "", false
	}
	second, fraction := 0, 0.0
	if strings.HasPrefix(s, ":") {
		if second, n, s = leadingDigits(s[1:], 2); n != 2 {
			return 0, "", false
		}
		if s != "" && (s[0] == '.' || s[0] == ',') {
			var behind int
			if behind, n, s = leadingDigits(s[1:], 9); n == 0 {
				return 0, "", false
			}
			fraction = float64(behind) / powersOfTen[n]
		}
	}
	s = strings.TrimLeft(s, clockSpace)
	if len(s) >= 2 && s[1]|0x20 == 'm' && (s[0]|0x20 == 'a' || s[0]|0x20 == 'p') {
		if hour < 1 || hour > 12 {
			return 0, "", false
		}
		if hour %= 12; s[0]|0x20 == 'p' {
			hour += 12
		}
		s = strings.TrimLeft(s[2:], clockSpace)
	}
	if hour > 23 || minute > 59 || second > 59 {
		return 0, "", false
	}
	zone, ok = parseZone(s)
	return float64(hour*3600+minute*60+second) + fraction, zone, ok
}

// clockSpace is what may stand between a time and its zone.
const clockSpace = " \t\n\f\r"

// leadingDigits reads digits that a text begins with, of which there are so many at most.
func leadingDigits(s string, most int) (v, n int, rest string) {
	for n < most && n < len(s) && s[n]-'0' <= 9 {
		v = 10*v + int(s[n]-'0')
		n++
	}
	return v, n, s[n:]
}

// parseZone reads a zone: none, Z, UTC, GMT, one of [zoneNames], +02, +0200, +02:00.
func parseZone(s string) (zone string, ok bool) {
	switch {
	case s == "":
		return "", true
	case s == "Z" || s == "UTC" || s == "GMT":
		return "+00:00", true
	case s[0] >= 'A':
		return s, slices.Contains(zoneNames, s)
	case s[0] != '+' && s[0] != '-':
		return "", false
	}
	_, n, rest := leadingDigits(s[1:], 2)
	if n != 2 {
		return "", false
	}
	minutes := strings.TrimPrefix(rest, ":")
	if _, n, after := leadingDigits(minutes, 2); rest != "" && (n != 2 || after != "") {
		return "", false
	}
	if strings.Trim(s, "+-:0") == "" {
		return "+00:00", true
	}
	if len(s) == len("+02:00") {
		return s, true
	}
	return s[:3] + ":" + (minutes + "00")[:2], true
}

// parseDate reads a date by a layout, or a time of day if that is empty: its seconds since 1970, by the
// clock of its place, and its zone.
func parseDate(s, layout string) (seconds float64, zone string, ok bool) {
	date, clock := splitClock(s)
	if (date == "") != (layout == "") {
		return 0, "", false
	}
	if clock != "" {
		if seconds, zone, ok = parseClock(clock); !ok {
			return 0, "", false
		}
	}
	if layout == "" {
		return seconds, zone, clock != ""
	}
	day, err := time.Parse(layout, date)
	if err != nil || day.Year() < 1 {
		return 0, "", false
	}
	if ofMonths(layout) && (clock != "" || day.Year() < firstYearOfMonths || day.Year() > lastYearOfMonths) {
		return 0, "", false
	}
	return seconds + float64(day.Unix()), zone, true
}

// Parse reads a date: seconds since 1970 by the clock of its place. A cell in another zone than the
// column's is none.
func (f DateForm) Parse(s string) (seconds float64, ok bool) {
	seconds, zone, ok := parseDate(s, f.Layout)
	return seconds, ok && zone == f.Zone
}

// findDateForms returns the layouts by which every cell is a date, of an order if that is given, and the zones that
// there are. Layouts that read every cell alike are one.
func findDateForms(cells []string, order string) (layouts, zones []string) {
	candidates := []string{""}
	for _, l := range dateLayouts {
		if order == "" || l.order == order {
			candidates = append(candidates, l.layout)
		}
	}
	readings := make([][]float64, len(candidates))
	seen := map[string]bool{}
	for _, c := range cells {
		kept := 0
		for i, layout := range candidates {
			seconds, zone, ok := parseDate(c, layout)
			if !ok {
				continue
			}
			if !seen[zone] {
				seen[zone] = true
				zones = append(zones, zone)
			}
			candidates[kept], readings[kept] = layout, append(readings[i], seconds)
			kept++
		}
		if candidates, readings = candidates[:kept], readings[:kept]; kept == 0 {
			return nil, nil
		}
	}
next:
	for i, r := range readings {
		for _, earlier := range readings[:i] {
			if equalFloats(r, earlier) {
				continue next
			}
		}
		layouts = append(layouts, candidates[i])
	}
	return layouts, zones
}

// dateText writes seconds since 1970 for people.
func dateText(seconds float64, layout string) string {
	if math.Abs(seconds) > 1e12 {
		return fmt.Sprint(seconds)
	}
	whole := math.Floor(seconds)
	t := time.Unix(int64(whole), 0).UTC()
	switch {
	case layout == "":
		return t.Format("15:04:05")
	case math.Mod(whole, 86400) == 0:
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}
