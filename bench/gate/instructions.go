package main

import (
	"fmt"
	"slices"
)

// count is an instruction count as judged by itself, and the setting that it
// was made in.
type count struct {
	setting setting
	finding Finding
}

// isRise reports whether a count is worse by so little that time has a say.
func (r Rules) isRise(f Finding) bool {
	limit := f.Base.Value + r.InstructionLimit*f.Base.Value
	return f.Unit == instructionsPerOp && f.Verdict == Worse && f.Head.Value <= limit
}

// toTime lists the benchmarks whose time decides on a rise and is not measured
// anyway: a time at another ISA would be that of other kernels. Those that no
// line of the subset times are left out.
func (r Rules) toTime(counts []count, timed []pattern, measured []benchmark) []benchmark {
	var list []benchmark
	for _, c := range counts {
		name := c.finding.Name
		wanted := slices.ContainsFunc(timed, func(p pattern) bool { return p.matches(name) })
		known := slices.ContainsFunc(slices.Concat(measured, list), func(b benchmark) bool { return b.name == name })
		if r.isRise(c.finding) && wanted && !known {
			list = append(list, benchmark{name: name, setting: c.setting})
		}
	}
	return list
}

// weigh has the times of the same benchmarks decide on rises.
func (r Rules) weigh(counts []count, timings []Finding) {
	for i := range counts {
		f := &counts[i].finding
		if !r.isRise(*f) {
			continue
		}
		switch r.timeOf(f.Name, timings) {
		case Same, Better:
			f.Verdict = MoreInstructions
			f.Reason = fmt.Sprintf("by more than %s, and it takes no longer", percent(r.Instructions))
		case Worse:
			f.Reason += ", and the time is worse"
		case CannotTell:
			f.Reason += ", and of the time the gate cannot tell"
		default:
			f.Reason += ", and there is no time to compare"
		}
	}
}

// timeOf is the worst that is said of a benchmark's times and rates; empty if
// none was compared. One that is the same because so much noise would hide more than
// what a count may rise by says nothing.
func (r Rules) timeOf(name string, timings []Finding) Verdict {
	var said []Verdict
	for _, f := range timings {
		switch {
		case f.Name != name || f.Kind != KindTiming:
		case f.Verdict == Same && f.Timing != nil && f.Timing.Floor > max(r.InstructionLimit, r.Threshold):
			said = append(said, CannotTell)
		default:
			said = append(said, f.Verdict)
		}
	}
	for _, v := range []Verdict{Worse, CannotTell, Same, Better} {
		if slices.Contains(said, v) {
			return v
		}
	}
	return ""
}
