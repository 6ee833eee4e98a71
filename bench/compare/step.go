package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/neurona-ml/neurona/nn"
)

// step is the task of training once on a batch: forward, loss, backward,
// update, always on the same batch, from weights that all rivals are given.
type step struct {
	Sizes     []int
	Batch     int
	Hidden    string // activation between layers: "sigmoid" or "relu"
	Output    string // activation after the last: "sigmoid" or "identity"
	Loss      string // "mse"; "ce", softmax cross-entropy; "bce", with logits
	Optimizer string // "sgd" or "adam", as PyTorch has them
	Rate      float64
	Precision string // "float32" or "bf16"

	file string // where the weights and the batch are for rivals to read
}

// steps lists the networks, from four samples through two neurons to 1024
// through eight million weights.
func steps(quick bool) []step {
	sigmoid := func(batch int, sizes ...int) step {
		return step{Sizes: sizes, Batch: batch, Hidden: "sigmoid", Output: "sigmoid", Loss: "mse", Optimizer: "sgd", Rate: 0.5}
	}
	relu := func(loss, optimizer string, rate float64, batch int, sizes ...int) step {
		return step{Sizes: sizes, Batch: batch, Hidden: "relu", Output: "identity", Loss: loss, Optimizer: optimizer, Rate: rate}
	}
	all := []step{
		sigmoid(4, 2, 2, 1),
		sigmoid(500, 2, 4, 8, 1),
		relu("bce", "adam", 1e-3, 32, 30, 64, 32, 1),
		relu("ce", "sgd", 0.01, 32, 784, 128, 10),
		relu("ce", "adam", 1e-3, 128, 784, 128, 10),
		relu("ce", "sgd", 0.01, 64, 784, 512, 512, 10),
		relu("ce", "adam", 1e-3, 64, 784, 512, 512, 10),
		relu("ce", "adam", 1e-3, 256, 784, 512, 512, 10),
		relu("ce", "adam", 1e-3, 128, 784, 1024, 1024, 1024, 10),
		relu("mse", "adam", 1e-3, 1024, 1024, 2048, 2048, 1024),
	}
	if quick {
		return all[:len(all)-1]
	}
	return all
}

// sizesText writes layer sizes as in a network's name: 784-128-10.
func sizesText(sizes []int) string {
	words := make([]string, len(sizes))
	for i, n := range sizes {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, "-")
}

func (s step) String() string {
	return fmt.Sprintf("%s, %d, %s %s %s", sizesText(s.Sizes), s.Batch, s.Hidden, s.Loss, s.Optimizer)
}

func (s step) request() string {
	return fmt.Sprintf("step\tfile=%s\tsizes=%s\tbatch=%d\thidden=%s\toutput=%s\tloss=%s\toptimizer=%s\trate=%g\tprecision=%s",
		s.file, sizesText(s.Sizes), s.Batch, s.Hidden, s.Output, s.Loss, s.Optimizer, s.Rate, s.Precision)
}

// flops counts the products of a step: three for each layer but the first,
// which needs no gradient of its input.
func (s step) flops() float64 {
	total := 0.0
	for i := 1; i < len(s.Sizes); i++ {
		passes := 3.0
		if i == 1 {
			passes = 2
		}
		total += passes * 2 * float64(s.Batch) * float64(s.Sizes[i-1]) * float64(s.Sizes[i])
	}
	return total
}

// stepData is what a step starts from.
type stepData struct {
	Weights []nn.Matrix // [in][out] of each layer
	Biases  [][]float32 // [out] of each layer
	X       nn.Matrix   // [batch][in]
	Target  nn.Target
}

// newStepData draws weights and biases as PyTorch's Linear does, uniform in
// ±1/√in, inputs in 0..1, and targets.
func newStepData(s step) *stepData {
	rng := rand.New(rand.NewPCG(1, uint64(s.Batch)))
	draw := func(rows, cols int, lo, hi float32) nn.Matrix {
		m := nn.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
		for i := range m.Data {
			m.Data[i] = lo + (hi-lo)*rng.Float32()
		}
		return m
	}
	d := &stepData{}
	for i := 1; i < len(s.Sizes); i++ {
		in, out := s.Sizes[i-1], s.Sizes[i]
		bound := float32(1 / math.Sqrt(float64(in)))
		d.Weights = append(d.Weights, draw(in, out, -bound, bound))
		d.Biases = append(d.Biases, draw(1, out, -bound, bound).Data)
	}
	outputs := s.Sizes[len(s.Sizes)-1]
	d.X = draw(s.Batch, s.Sizes[0], 0, 1)
	switch s.Loss {
	case "ce":
		labels := make([]int, s.Batch)
		for i := range labels {
			labels[i] = rng.IntN(outputs)
		}
		d.Target = nn.Labels(labels)
	case "bce":
		values := draw(s.Batch, outputs, 0, 1)
		for i, v := range values.Data {
			values.Data[i] = float32(math.Round(float64(v)))
		}
		d.Target = nn.Values(values)
	default:
		d.Target = nn.Values(draw(s.Batch, outputs, 0, 1))
	}
	return d
}

// encode writes the data as rivals read them, everything little-endian: W
// [in][out] and b [out] of each layer, X, then the targets, float32 values
// [batch][out] or int32 labels.
func (d *stepData) encode() []byte {
	var b bytes.Buffer
	write := func(v any) {
		// A bytes.Buffer takes everything, and all of these types have a size.
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	for i, w := range d.Weights {
		write(w.Data)
		write(d.Biases[i])
	}
	write(d.X.Data)
	if d.Target.Labels == nil {
		write(d.Target.Values.Data)
		return b.Bytes()
	}
	for _, label := range d.Target.Labels {
		write(int32(label))
	}
	return b.Bytes()
}
