package main

// setting is what a suite is told to run on: the values of NEURONA_BENCH and
// of NEURONA_ISA.
type setting struct {
	isa string // one to count at; empty for the machine's best
}

// environment is what the setting adds to the environment of a process.
func (s setting) environment() []string {
	if s.isa == "" {
		return nil
	}
	return []string{"NEURONA_ISA=" + s.isa, "NEURONA_BENCH=isa=" + s.isa + " workers=1"}
}
