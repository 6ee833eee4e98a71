package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// TrainStep describes a whole training step: forward, loss, backward, update.
type TrainStep struct {
	Sizes      []int  // features in, hidden widths, features out
	Batch      int    // rows
	Activation string // of the hidden layers
	Output     string // activation of the last layer
	Loss       string // in short, as in names of benchmarks: "mse", "bce" (binary_cross_entropy) or "ce" (cross_entropy)
	Optimizer  string // "sgd" or "adam"
}

// Steps lists the training steps of the suite, smallest first.
func Steps() []TrainStep {
	return []TrainStep{
		{[]int{2, 2, 1}, 4, "sigmoid", "sigmoid", "mse", "sgd"},
		{[]int{2, 4, 8, 1}, 500, "sigmoid", "sigmoid", "mse", "sgd"},
		{[]int{30, 64, 32, 1}, 32, "relu", "identity", "bce", "adam"},
		{[]int{784, 128, 10}, 32, "relu", "identity", "ce", "sgd"},
		{[]int{784, 128, 10}, 128, "relu", "identity", "ce", "adam"},
		{[]int{784, 512, 512, 10}, 64, "relu", "identity", "ce", "sgd"},
		{[]int{784, 512, 512, 10}, 64, "relu", "identity", "ce", "adam"},
		{[]int{784, 512, 512, 10}, 256, "relu", "identity", "ce", "adam"},
		{[]int{784, 1024, 1024, 1024, 10}, 128, "relu", "identity", "ce", "adam"},
		{[]int{1024, 2048, 2048, 1024}, 1024, "relu", "identity", "mse", "adam"},
	}
}

// Net is the network's name: its widths, "784-512-10".
func (s TrainStep) Net() string {
	parts := make([]string, len(s.Sizes))
	for i, n := range s.Sizes {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, "-")
}

// String is the step's part of a benchmark's name.
func (s TrainStep) String() string {
	return fmt.Sprintf("net=%s/batch=%d/activation=%s/loss=%s/optimizer=%s", s.Net(), s.Batch, s.Activation, s.Loss, s.Optimizer)
}

// Parameters is the number of weights and biases.
func (s TrainStep) Parameters() int {
	n := 0
	for l := 1; l < len(s.Sizes); l++ {
		n += (s.Sizes[l-1] + 1) * s.Sizes[l]
	}
	return n
}

// Phase is a part of a step that reads and writes its data once.
type Phase struct {
	Name  string
	FLOPs float64
	Bytes float64
}

// Phases returns the parts of the step. Each Dense layer has a forward
// product, a product for the gradient at its input (not the first layer) and
// one for its weights, which takes the update with it. Element-wise work is
// counted by its bytes alone.
func (s TrainStep) Phases() []Phase {
	var phases []Phase
	last := len(s.Sizes) - 1
	for l := 1; l <= last; l++ {
		p := Product{NN, s.Batch, s.Sizes[l-1], s.Sizes[l]}
		phases = append(phases, Phase{fmt.Sprintf("forward %d", l), p.FLOPs(), p.Bytes()})
	}
	phases = append(phases, Phase{"loss", 0, 4 * 2 * float64(s.Batch) * float64(s.Sizes[last])})
	for l := last; l >= 1; l-- {
		in, out := s.Sizes[l-1], s.Sizes[l]
		if l > 1 {
			p := Product{NT, s.Batch, out, in}
			phases = append(phases, Phase{fmt.Sprintf("backward data %d", l), p.FLOPs(), p.Bytes()})
		}
		p := Product{TN, in, s.Batch, out}
		activations := 4 * float64(s.Batch) * float64(in+out)
		phases = append(phases, Phase{fmt.Sprintf("backward weights %d", l), p.FLOPs(), activations + s.updateBytes()*float64((in+1)*out)})
	}
	return phases
}

// updateBytes is the traffic of the update for each parameter: the
// parameter read and written, and so for each vector of the optimizer's state.
func (s TrainStep) updateBytes() float64 {
	if s.Optimizer == "adam" {
		return 3 * 8
	}
	return 8
}

// FLOPs is the number of floating-point operations in the step's products.
func (s TrainStep) FLOPs() float64 {
	var sum float64
	for _, p := range s.Phases() {
		sum += p.FLOPs
	}
	return sum
}
