package nn

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Answers returns what the outputs of networks for x [batch][Inputs] mean to a loss, [batch][Outputs]:
// probabilities where it takes logits, of a sigmoid or of a softmax, and outputs as they are where
// it takes those. Of several networks, which are one opinion then, it is the mean, summed in float64.
func Answers(l loss.Loss, x tensor.Matrix, nets ...*Network) (tensor.Matrix, error) {
	if l == nil {
		return tensor.Matrix{}, fault.Nil("answers", "loss", "the one that the networks were trained with")
	}
	if len(nets) == 0 {
		return tensor.Matrix{}, fault.Value("answers", "number of networks", 0, "at least 1")
	}
	var mean tensor.Matrix
	var totals []float64
	for i, n := range nets {
		y, err := n.Predict(x)
		if err != nil {
			return tensor.Matrix{}, err
		}
		if i > 0 && y.Cols != mean.Cols {
			return tensor.Matrix{}, &ShapeError{Op: "answers", Detail: fmt.Sprintf("network %d has %d outputs, the first one %d, want as many", i, y.Cols, mean.Cols)}
		}
		loss.Apply(l, y, y)
		if len(nets) == 1 {
			return y, nil
		}
		if i == 0 {
			mean, totals = y, make([]float64, len(y.Data))
		}
		for j, v := range y.Data {
			totals[j] += float64(v)
		}
	}
	for j, v := range totals {
		mean.Data[j] = float32(v / float64(len(nets)))
	}
	return mean, nil
}

// Classes returns the class of each row of answers: the most probable one, the first of equal
// ones, or of a single probability whether it is more than a half, 1 or 0. A row with NaN has no
// class: -1.
func Classes(answers tensor.Matrix) []int {
	list := make([]int, answers.Rows)
	for i := range list {
		row := tensor.Row(answers, i)
		if list[i] = -1; slices.ContainsFunc(row, isNaN) || len(row) == 0 {
			continue
		}
		if len(row) == 1 {
			if list[i] = 0; row[0] > 0.5 {
				list[i] = 1
			}
			continue
		}
		list[i] = slices.Index(row, slices.Max(row))
	}
	return list
}

func isNaN(v float32) bool { return v != v }

// Ranked is a class and how probable it is.
type Ranked struct {
	Class       int
	Probability float32
}

// TopK returns the k most probable classes of each row of answers, the most probable first, and
// of equal ones the first; all if there are fewer than k. A single probability is that of class
// 1, and what it lacks of 1 that of class 0. k is at least 1, and a row with NaN is an error, since
// nothing is more probable than that.
func TopK(answers tensor.Matrix, k int) ([][]Ranked, error) {
	if k < 1 {
		return nil, fault.Value("top k", "k", float64(k), "at least 1")
	}
	list := make([][]Ranked, answers.Rows)
	for i := range list {
		row := tensor.Row(answers, i)
		if len(row) == 1 {
			row = []float32{1 - row[0], row[0]}
		}
		var all []Ranked
		for class, p := range row {
			if math.IsNaN(float64(p)) {
				return nil, &ShapeError{Op: "top k", Detail: fmt.Sprintf("row %d has NaN for class %d, want probabilities", i, class)}
			}
			all = append(all, Ranked{class, p})
		}
		slices.SortStableFunc(all, func(a, b Ranked) int { return cmp.Compare(b.Probability, a.Probability) })
		list[i] = all[:min(k, len(all))]
	}
	return list, nil
}
