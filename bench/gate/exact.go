package main

import (
	"fmt"
	"math"
	"slices"
)

// judgeExact judges a metric that is a property of the program: any change for
// the worse by more than tolerance (a ratio) is worse. A run may only add to
// such a metric, by what the process does once, so a side's value is the least
// (of a metric where higher is better, the greatest) that it reported.
func judgeExact(name, unit string, higher bool, base, head []float64, tolerance float64) Finding {
	f := Finding{Name: name, Unit: unit, Kind: KindExact}
	if len(base) == 0 || len(head) == 0 {
		f.Verdict, f.Reason = CannotTell, "no value on one side"
		return f
	}
	b, h := slices.Min(base), slices.Min(head)
	worst := slices.Max(base)
	worse := func(x, y float64) bool { return x > y+tolerance*math.Abs(y) }
	if higher {
		b, h, worst = slices.Max(base), slices.Max(head), slices.Min(base)
		worse = func(x, y float64) bool { return x < y-tolerance*math.Abs(y) }
	}
	f.Base, f.Head, f.Change = Center{b, b, b}, Center{h, h, h}, change(b, h)
	switch {
	case math.IsNaN(b) || math.IsNaN(h):
		f.Verdict, f.Reason = CannotTell, "not a number"
	case worse(h, b) && worse(h, worst):
		f.Verdict, f.Reason = Worse, "exact metric"
		if tolerance > 0 {
			f.Reason = fmt.Sprintf("exact metric, by more than %s", percent(tolerance))
		}
	case worse(h, b):
		f.Verdict = CannotTell
		f.Reason = fmt.Sprintf("should be exact, but BASE reported up to %g", worst)
	case worse(b, h):
		f.Verdict, f.Reason = Better, "exact metric"
	case worse(median(head), median(base)):
		f.Verdict = CannotTell
		f.Reason = fmt.Sprintf("should be exact, but the median of HEAD is %g, of BASE %g", median(head), median(base))
	default:
		f.Verdict, f.Reason = Same, "exact metric"
	}
	return f
}
