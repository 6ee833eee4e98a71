package nntest

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// sample is targets, and for how many outputs they are.
type sample struct {
	outputs int
	target  data.Target
}

// tried are the numbers of outputs that a check tries: some below and above what
// kernels take at a time.
var tried = []int{1, 2, 3, 4, 5, 6, 11, 12}

// samples draws so many rows of targets for each number of outputs: for each the first that
// are accepted, or those of Targets alone.
func (c *config) samples(rng *rand.Rand, rows int, accepts func(s sample) bool) (list []sample) {
	if c.targets != nil {
		outputs, target := c.targets(rng, rows)
		s := sample{outputs, target}
		if accepts(s) {
			list = append(list, s)
		}
		return list
	}
	for _, outputs := range tried {
		for _, target := range draw(rng, rows, outputs) {
			if s := (sample{outputs, target}); accepts(s) {
				list = append(list, s)
				break
			}
		}
	}
	return list
}

// draw draws targets of all kinds: labels, and for each number of columns any numbers, fractions,
// zeros and ones, and probabilities that add up to 1.
func draw(rng *rand.Rand, rows, outputs int) []data.Target {
	labels := make([]int, rows)
	for i := range labels {
		labels[i] = (i + rng.IntN(2)) % outputs // of several classes
	}
	list := []data.Target{data.Labels(labels)}
	for cols := 1; cols <= outputs; cols++ {
		for _, element := range []func() float32{
			func() float32 { return float32(rng.NormFloat64()) },
			rng.Float32,
			func() float32 { return float32(rng.IntN(2)) },
		} {
			list = append(list, data.Values(newMatrix(rows, cols, element)))
		}
		list = append(list, data.Values(distributions(rng, rows, cols)))
	}
	return list
}

// distributions draws rows of probabilities.
func distributions(rng *rand.Rand, rows, cols int) tensor.Matrix {
	m := newMatrix(rows, cols, func() float32 { return 0.1 + rng.Float32() })
	for i := range rows {
		row, sum := tensor.Row(m, i), float32(0)
		for _, v := range row {
			sum += v
		}
		for j := range row {
			row[j] /= sum
		}
	}
	return m
}

// weights draws how much rows count: every third one nothing, the second of them.
func weights(rng *rand.Rand, rows int) []float32 {
	list := make([]float32, rows)
	for i := range list {
		if i%3 != 1 {
			list[i] = 0.25 + 2*rng.Float32()
		}
	}
	return list
}

// pick returns rows of a matrix, in new memory.
func pick(m tensor.Matrix, rows []int) tensor.Matrix {
	p := zeros(len(rows), m.Cols)
	for i, row := range rows {
		copy(tensor.Row(p, i), tensor.Row(m, row))
	}
	return p
}

// pickTarget is pick for targets.
func pickTarget(t data.Target, rows []int) (p data.Target) {
	if t.Labels == nil {
		p.Values = pick(t.Values, rows)
	} else {
		p.Labels = []int{}
	}
	if t.Weights != nil {
		p.Weights = []float32{}
	}
	for _, row := range rows {
		if t.Labels != nil {
			p.Labels = append(p.Labels, t.Labels[row])
		}
		if t.Weights != nil {
			p.Weights = append(p.Weights, t.Weights[row])
		}
	}
	return p
}

// counting are the rows that weigh something.
func counting(t data.Target, rows int) (list []int) {
	for i := range rows {
		if t.Weights == nil || t.Weights[i] != 0 {
			list = append(list, i)
		}
	}
	return list
}
