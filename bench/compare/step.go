package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/bench"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// step is the task of training once on a batch: forward, loss, backward,
// update, always on the same batch, from weights that all rivals are given.
type step struct {
	bench.TrainStep
	Rate      float64 // of the optimizer
	Precision string  // "float32" or "bf16"

	file string // where the weights and the batch are for rivals to read
}

// steps lists the suite's steps, for -quick without the largest.
func steps(quick bool) []step {
	list := bench.Steps()
	if quick {
		list = list[:len(list)-1]
	}
	all := make([]step, len(list))
	for i, s := range list {
		all[i] = step{TrainStep: s, Rate: usualRate(s)}
	}
	return all
}

// usualRate is a rate that such a network is trained with: the first losses
// then differ by more than their rounding.
func usualRate(s bench.TrainStep) float64 {
	switch {
	case s.Optimizer == "adam":
		return 1e-3
	case s.Activation == "sigmoid":
		return 0.5
	}
	return 0.01
}

func (s step) String() string {
	return fmt.Sprintf("%s, %d, %s %s %s", s.Net(), s.Batch, s.Activation, s.Loss, s.Optimizer)
}

func (s step) request() string {
	return fmt.Sprintf("step\tfile=%s\tsizes=%s\tbatch=%d\thidden=%s\toutput=%s\tloss=%s\toptimizer=%s\trate=%g\tprecision=%s",
		s.file, s.Net(), s.Batch, s.Activation, s.Output, s.Loss, s.Optimizer, s.Rate, s.Precision)
}

// stepData is what a step starts from.
type stepData struct {
	Weights []tensor.Matrix // [in][out] of each layer
	Biases  [][]float32     // [out] of each layer
	X       tensor.Matrix   // [batch][in]
	Target  data.Target
}

// newStepData draws weights and biases as PyTorch's Linear does, uniform in
// ±1/√in, inputs in 0..1, and targets.
func newStepData(s step) *stepData {
	rng := rand.New(rand.NewPCG(1, uint64(s.Batch)))
	draw := func(rows, cols int, lo, hi float32) tensor.Matrix {
		m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
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
		d.Target = data.Labels(labels)
	case "bce":
		values := draw(s.Batch, outputs, 0, 1)
		for i, v := range values.Data {
			values.Data[i] = float32(math.Round(float64(v)))
		}
		d.Target = data.Values(values)
	default:
		d.Target = data.Values(draw(s.Batch, outputs, 0, 1))
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
