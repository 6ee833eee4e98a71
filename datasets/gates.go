package datasets

import "github.com/neurona-ml/neurona/internal/names"

// gates lists the logic gates of two inputs by name, with the bit that each
// gives for the inputs 00, 01, 10 and 11.
func gates() (known []string, truth map[string][4]int) {
	known = []string{"and", "or", "nand", "nor", "xor", "xnor"}
	return known, map[string][4]int{
		"and":  {0, 0, 0, 1},
		"or":   {0, 1, 1, 1},
		"nand": {1, 1, 1, 0},
		"nor":  {1, 0, 0, 0},
		"xor":  {0, 1, 1, 0},
		"xnor": {1, 0, 0, 1},
	}
}

// Gate returns the truth table of a logic gate: "and", "or", "nand", "nor",
// "xor" or "xnor". The four rows are the inputs 00, 01, 10 and 11.
//
// One neuron separates the two classes of each gate with a straight line,
// except those of xor and xnor, where no line does.
func Gate(name string) (*Set, error) {
	known, truth := gates()
	out, ok := truth[name]
	if !ok {
		return nil, names.Unknown("gate", name, known)
	}
	s := &Set{
		Name: name,
		X:    []float32{0, 0, 0, 1, 1, 0, 1, 1}, Rows: 4, Features: 2, FeatureNames: []string{"a", "b"},
		Labels: out[:], Classes: 2, ClassNames: []string{"0", "1"},
	}
	s.binaryTargets()
	return s, nil
}
