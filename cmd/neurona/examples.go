package main

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// examples are rows as a network takes them, and what should come out.
type examples struct {
	data.Set // features, scaled, and what should come out as the loss takes it
	answers
	foreign []int         // by head: rows besides these, of classes that have never been trained on
	rows    int           // all of them
	unseen  tensor.Matrix // features of the rows besides, where it matters what is said of them
}

// answers are what should come out for rows.
type answers []column

// column is what should come out of a head: for each row a class, or a number in its own unit.
type column struct {
	labels []int
	values []float64
}

// examples puts rows and answers together as the loss takes them.
func (t *task) examples(x tensor.Matrix, a answers) *examples {
	e := &examples{Set: data.Set{X: x}, answers: a, foreign: make([]int, len(a)), rows: x.Rows}
	if len(t.heads) == 1 && t.loss.Link() == loss.Softmax {
		e.Target = data.Labels(a[0].labels)
		return e
	}
	y := dense(x.Rows, len(a), make([]float32, x.Rows*len(a)))
	for c := range a {
		for i := range x.Rows {
			v := &y.Data[i*y.Stride+c]
			if a[c].labels != nil {
				*v = float32(a[c].labels[i])
			} else {
				*v = t.encoder.Scale(t.heads[c].index, a[c].values[i])
			}
		}
	}
	e.Target = data.Values(y)
	return e
}

// dense is the view of numbers as a matrix.
func dense(rows, cols int, data []float32) tensor.Matrix {
	return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// score is how a network does on rows that it has not seen.
type score struct {
	loss    float64
	rows    int
	columns []columnScore // by head
}

// accuracy is that of all rows, given what an evaluation of the known ones says: those of classes that have never been trained
// on are wrong.
func (e *examples) accuracy(m *nn.Metrics) float64 {
	return m.Accuracy * float64(e.X.Rows) / float64(e.rows)
}

// columnScore is how it does for one column.
type columnScore struct {
	Label    string `json:"label"`
	Accuracy number `json:"accuracy"` // NaN for numbers
	RMSE     number `json:"rmse"`     // in the number's own unit; NaN for classes
	R2       number `json:"r2"`       // NaN for classes
}

// score judges outputs y for examples, whose loss is known. Rows of classes that have never been
// trained on are wrong.
func (t *task) score(loss float64, y tensor.Matrix, e *examples) score {
	s := score{loss: loss, rows: e.rows}
	for c := range t.heads {
		h := &t.heads[c]
		of := columnScore{Label: h.label, Accuracy: number(math.NaN()), RMSE: number(math.NaN()), R2: number(math.NaN())}
		if h.classes != nil {
			right := 0
			for i, label := range e.answers[c].labels {
				if h.class(tensor.Row(y, i)) == label {
					right++
				}
			}
			of.Accuracy = number(float64(right) / float64(e.X.Rows+e.foreign[c]))
		} else {
			of.RMSE, of.R2 = h.errors(y, e.answers[c].values)
		}
		s.columns = append(s.columns, of)
	}
	return s
}

// errors are the root mean square error and R² of a number.
func (h *head) errors(y tensor.Matrix, values []float64) (rmse, r2 number) {
	mean := 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	errors, spread := make([]float64, len(values)), make([]float64, len(values))
	for i, v := range values {
		errors[i], spread[i] = h.quantity(tensor.Row(y, i))-v, v-mean
	}
	e, deviation := rootMeanSquare(errors), rootMeanSquare(spread)
	r2 = number(math.NaN())
	if deviation > 0 {
		r2 = number(1 - float64(e/deviation*(e/deviation)))
	}
	return number(e), r2
}

// rootMeanSquare is that of numbers whose squares float64 need not hold.
func rootMeanSquare(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	_, exponent := math.Frexp(most) // of 2: nothing is rounded
	sum := 0.0
	for _, v := range values {
		v = math.Ldexp(v, -exponent)
		sum += float64(v * v)
	}
	return math.Ldexp(math.Sqrt(sum/float64(len(values))), exponent)
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
	return t.score(m.Loss, y, e), y, nil
}

// predict applies the network. Outputs that are no numbers, which damaged weights give, are an
// error: no class could be told.
func (t *task) predict(net *nn.Network, x tensor.Matrix) (tensor.Matrix, error) {
	y, err := net.Predict(x)
	if err != nil {
		return y, err
	}
	for i := range y.Rows {
		if err := finite(tensor.Row(y, i), i); err != nil {
			return y, err
		}
	}
	return y, nil
}

// saysNumbers reports outputs that are no numbers, and keeps none: for all rows that a network is trained on they may be more than
// there is memory for.
func (t *task) saysNumbers(net *nn.Network, x tensor.Matrix) error {
	const atOnce = 1 << 22 // outputs
	block := max(1, atOnce/t.outputs())
	for first := 0; first < x.Rows; first += block {
		part := x
		part.Rows, part.Data = min(block, x.Rows-first), x.Data[first*x.Stride:]
		_, err := t.predict(net, part)
		if e := (*outputError)(nil); errors.As(err, &e) {
			e.Row += first
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// outputError is an output that is no finite number.
type outputError struct {
	Row   int // from 0
	Value float32
}

func (e *outputError) Error() string {
	return fmt.Sprintf("the model's output for row %d is %v, want a finite number", e.Row+1, e.Value)
}

// finite reports an output for a row, from 0, that is no number.
func finite(outputs []float32, row int) error {
	for _, v := range outputs {
		if v-v != 0 {
			return &outputError{row, v}
		}
	}
	return nil
}
