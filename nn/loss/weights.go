package loss

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// checkWeights reports weights that are not one for each row, finite, at least 0
// and of a sum above.
func checkWeights(loss string, t *data.Target, rows int) error {
	if t.Weights == nil {
		return nil
	}
	if len(t.Weights) != rows {
		return &TargetError{loss, -1, -1, fmt.Sprintf("%d weights", len(t.Weights)), fmt.Sprintf("%d weights, or none", rows)}
	}
	all, top := interval{0, finiteValues().high, "a finite weight of at least 0"}, float32(0)
	for i, w := range t.Weights {
		if !(all.low <= w && w <= all.high) {
			return &TargetError{loss, i, -1, fmt.Sprintf("of weight %v", w), all.words}
		}
		top = max(top, w)
	}
	if top == 0 {
		return &TargetError{loss, -1, -1, "of weight 0 in all rows", "a row that counts"}
	}
	return nil
}

// weighted is the Sum of l for a target with weights: that of each row, times its
// weight.
func weighted[L Loss](l L, y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	weights, sum := t.Weights, 0.0
	t.Weights = nil
	for i, w := range weights {
		var grad tensor.Matrix
		if dy.Data != nil {
			grad = tensor.Rows(dy, i, i+1)
		}
		sum += float64(float64(w) * l.Sum(tensor.Rows(y, i, i+1), t.Rows(i, i+1), grad, scale*float64(w)))
	}
	return sum
}
