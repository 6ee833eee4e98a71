package main

import "github.com/neurona-ml/neurona/datasets/table"

// recipe is how to train where the flags say nothing: settings that learn
// each of the built-in sets well within seconds.
type recipe struct {
	hidden     []int
	activation string
	rate       float64 // for adam and adamw; see rateFor
	batch      int
	epochs     int
	scale      string
	numbers    bool // are predicted, not classes
}

// recipeFor returns the recipe for a built-in set, or for a table.
func recipeFor(data string) recipe {
	switch data {
	case "and", "or", "nand", "nor": // one neuron draws the line
		return recipe{activation: "tanh", rate: 0.1, batch: 4, epochs: 300, scale: string(table.Unscaled)}
	case "xor", "xnor":
		return recipe{hidden: []int{4}, activation: "tanh", rate: 0.05, batch: 4, epochs: 500, scale: string(table.Unscaled)}
	case "circle": // four neurons: the fewest that enclose a region well
		return recipe{hidden: []int{4}, activation: "tanh", rate: 0.05, batch: 10, epochs: 500, scale: string(table.Unscaled)}
	case "moons", "blobs":
		return recipe{hidden: []int{16}, activation: "tanh", rate: 0.01, batch: 16, epochs: 100, scale: string(table.Unscaled)}
	case "spiral":
		return recipe{hidden: []int{64, 32}, activation: "relu", rate: 0.005, batch: 16, epochs: 100, scale: string(table.Unscaled)}
	case "digits":
		return recipe{hidden: []int{256}, activation: "relu", rate: 0.001, batch: 64, epochs: 10, scale: string(table.Unscaled)}
	case "mnist":
		return recipe{hidden: []int{512}, activation: "relu", rate: 0.001, batch: 128, epochs: 10, scale: string(table.Unscaled)}
	default:
		return recipe{hidden: []int{64}, activation: "relu", rate: 0.005, batch: 32, epochs: 100, scale: string(table.Standardise)}
	}
}

// rateFor is the recipe's learning rate with another optimizer. Adam moves a
// parameter by about the rate itself, SGD by the rate times the gradient,
// which is small: it takes a rate about a hundred times as large, and with a
// momentum of 0.9, which adds up ten gradients, half of that at most.
// slots is how many vectors of state the optimizer keeps: a velocity is one.
//
// The gradient of a class is below 1 for each row; that of a number is as large as the number is
// far off, and grows with what a too long step does.
func (r recipe) rateFor(optimizer string, slots int) float64 {
	switch {
	case optimizer == "muon":
		return 0.02 // of matrices, which are orthogonal, whatever the data
	case optimizer == "adadelta":
		return 1 // its steps are as long as those before, in the unit of the parameters
	case optimizer == "lion":
		return r.rate / 10 // all of its steps are as long as the longest of Adam's
	case optimizer != "sgd":
		return r.rate
	case slots == 0 && r.numbers:
		return min(0.1, 100*r.rate)
	case slots == 0:
		return min(0.5, 100*r.rate)
	case r.numbers:
		return min(0.01, 10*r.rate)
	default:
		return min(0.05, 50*r.rate)
	}
}
