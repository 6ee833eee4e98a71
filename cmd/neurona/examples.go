package main

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// examples are rows as a network takes them, and what should come out.
type examples struct {
	data.Set           // features, scaled, and what should come out as the loss takes it
	labels   []int     // the class of each row, nil where a number is predicted
	values   []float64 // the number of each row in its own unit, nil where classes are
	foreign  int       // rows besides these, of classes that have never been trained on
}

// answers are what should come out for rows: labels or values, and weights, if rows have some.
type answers struct {
	labels  []int
	values  []float64
	weights []float32
}

// examples puts rows and answers together as the loss takes them.
func (t *task) examples(x tensor.Matrix, a answers) *examples {
	e := &examples{Set: data.Set{X: x}, labels: a.labels, values: a.values}
	if t.loss.Link() == loss.Softmax {
		e.Target = data.Labels(a.labels)
	} else {
		y := make([]float32, x.Rows)
		for i := range y {
			if a.labels != nil {
				y[i] = float32(a.labels[i])
			} else {
				y[i] = t.encoder.Scale(0, a.values[i])
			}
		}
		e.Target = data.Values(dense(x.Rows, 1, y))
	}
	e.Target.Weights = a.weights
	return e
}

// dense is the view of numbers as a matrix.
func dense(rows, cols int, data []float32) tensor.Matrix {
	return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// score is how a network does on rows that it has not seen.
type score struct {
	nn.Metrics
	rmse, r2 float64 // in the number's own unit; NaN where classes are predicted
	rows     int
}

// accuracy is that of all rows, given what an evaluation says: those of classes that have never been trained on are wrong.
func (e *examples) accuracy(m nn.Metrics) float64 {
	return m.Accuracy * float64(e.X.Rows) / float64(e.X.Rows+e.foreign)
}

// score judges outputs y for examples, given what an evaluation says.
func (t *task) score(m nn.Metrics, y tensor.Matrix, e *examples) score {
	s := score{Metrics: m, rmse: math.NaN(), r2: math.NaN(), rows: e.X.Rows + e.foreign}
	if t.Classes != nil {
		s.Accuracy = e.accuracy(m)
		return s
	}
	mean := 0.0
	for _, v := range e.values {
		mean += v / float64(len(e.values))
	}
	errors, spread := 0.0, 0.0
	for i, v := range e.values {
		d := t.quantity(y.Data[i*y.Stride]) - v
		errors += d * d
		spread += (v - mean) * (v - mean)
	}
	s.rmse = math.Sqrt(errors / float64(len(e.values)))
	if spread > 0 {
		s.r2 = 1 - errors/spread
	}
	return s
}

// evaluate judges a network on examples.
func (t *task) evaluate(trainer *nn.Trainer, e *examples) (score, tensor.Matrix, error) {
	m, err := trainer.Evaluate(e.Set)
	if err != nil {
		return score{}, tensor.Matrix{}, err
	}
	y, err := t.predict(trainer.Network(), e.X)
	if err != nil {
		return score{}, y, err
	}
	return t.score(m, y, e), y, nil
}

// predict applies the network. Outputs that are no numbers, which damaged weights give, are an
// error: no class could be told.
func (t *task) predict(net *nn.Network, x tensor.Matrix) (tensor.Matrix, error) {
	y, err := net.Predict(x)
	if err != nil {
		return y, err
	}
	for i := range y.Rows {
		for _, v := range tensor.Row(y, i) {
			if v-v != 0 {
				return y, fmt.Errorf("the model's output for row %d is %v, want a finite number", i+1, v)
			}
		}
	}
	return y, nil
}
