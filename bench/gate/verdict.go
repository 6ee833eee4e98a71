package main

// Verdict is what the gate says of one metric of one benchmark, or of all of
// them together.
type Verdict string

// The verdicts.
const (
	Better     Verdict = "better"
	Same       Verdict = "same"
	Worse      Verdict = "worse"
	CannotTell Verdict = "cannot tell"

	// MoreInstructions is said of an instruction count alone: it rose a
	// little, and the time did not. Together with others it is the same.
	MoreInstructions Verdict = "more instructions"
)

// Exit codes of the command.
const (
	exitPass       = 0
	exitFailure    = 1
	exitUsage      = 2
	exitWorse      = 4
	exitCannotTell = 5
	exitInterrupt  = 130
)

// exitCode is what the process ends with for an overall verdict.
func (v Verdict) exitCode() int {
	switch v {
	case Worse:
		return exitWorse
	case CannotTell:
		return exitCannotTell
	}
	return exitPass
}

// ranks are the verdicts, worst first.
var ranks = []Verdict{Worse, CannotTell, MoreInstructions, Better, Same}

// overall is worse if anything is, else "cannot tell" if that is so of
// anything, else better if anything is.
func overall(findings []Finding) Verdict {
	seen := map[Verdict]bool{}
	for _, f := range findings {
		seen[f.Verdict] = true
	}
	for _, v := range []Verdict{Worse, CannotTell, Better} {
		if seen[v] {
			return v
		}
	}
	return Same
}
