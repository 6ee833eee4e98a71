package metric

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// checkClasses reports a batch whose targets are neither labels of its outputs nor,
// for each, 0 or 1.
func checkClasses(m fmt.Stringer, y, mean tensor.Matrix, t data.Target) error {
	if err := checkShapes(m, y, mean, t); err != nil {
		return err
	}
	if t.Labels == nil {
		return checkValues(m, t, y.Rows, y.Cols, "0 or 1", func(v float32) bool { return v == 0 || v == 1 })
	}
	for i, label := range t.Labels {
		if label < 0 || label >= y.Cols {
			return &loss.TargetError{Loss: m.String(), Row: i, Col: -1, Got: fmt.Sprintf("label %d", label),
				Want: fmt.Sprintf("a label from 0 to %d, one for each output", y.Cols-1)}
		}
	}
	return nil
}

// checkNumbers reports a batch whose targets are not a finite number for each output, or for so many of them.
func checkNumbers(m fmt.Stringer, y, mean tensor.Matrix, t data.Target, per int) error {
	if err := checkShapes(m, y, mean, t); err != nil {
		return err
	}
	if t.Labels != nil {
		return targetError(m, fmt.Sprintf("%d labels", len(t.Labels)), "values")
	}
	if y.Cols%per != 0 {
		return &MismatchError{m.String(), "outputs", described(y), fmt.Sprintf("a matrix with %d columns for each target", per)}
	}
	return checkValues(m, t, y.Rows, y.Cols/per, "a finite number", func(v float32) bool { return v-v == 0 })
}

func checkValues(m fmt.Stringer, t data.Target, rows, cols int, want string, ok func(float32) bool) error {
	if v := t.Values; v.Rows != rows || v.Cols != cols && rows > 0 || !valid(v) {
		return targetError(m, described(v), fmt.Sprintf("a %d×%d matrix of values, or labels if it is about classes", rows, cols))
	}
	for i := range t.Values.Rows {
		for j, v := range tensor.Row(t.Values, i) {
			if !ok(v) {
				return &loss.TargetError{Loss: m.String(), Row: i, Col: j, Got: fmt.Sprint(v), Want: want}
			}
		}
	}
	return nil
}

// checkShapes reports matrices that do not fit each other, labels and weights that
// are not one for each row, and weights that are negative or not finite.
func checkShapes(m fmt.Stringer, y, mean tensor.Matrix, t data.Target) error {
	switch {
	case y.Cols < 1 || !valid(y):
		return &MismatchError{m.String(), "outputs", described(y), "a matrix with columns"}
	case mean.Rows != y.Rows || mean.Cols != y.Cols || !valid(mean):
		return &MismatchError{m.String(), "means", described(mean), fmt.Sprintf("a %d×%d matrix, as outputs are", y.Rows, y.Cols)}
	case t.Labels != nil && (t.Values.Rows != 0 || len(t.Labels) != y.Rows):
		return targetError(m, fmt.Sprintf("%d labels and %d rows of values", len(t.Labels), t.Values.Rows), fmt.Sprintf("either, for %d rows", y.Rows))
	case t.Weights != nil && len(t.Weights) != y.Rows:
		return targetError(m, fmt.Sprintf("%d weights", len(t.Weights)), fmt.Sprintf("%d weights, or none", y.Rows))
	}
	for i, w := range t.Weights {
		if !(0 <= w && w <= math.MaxFloat32) {
			return &loss.TargetError{Loss: m.String(), Row: i, Col: -1, Got: fmt.Sprintf("of weight %v", w), Want: "a finite weight of at least 0"}
		}
	}
	return nil
}

func targetError(m fmt.Stringer, got, want string) error {
	return &loss.TargetError{Loss: m.String(), Row: -1, Col: -1, Got: got, Want: want}
}

// valid reports whether the elements of m are there.
func valid(m tensor.Matrix) bool {
	if m.Rows <= 0 || m.Cols <= 0 {
		return m.Rows >= 0 && m.Cols >= 0
	}
	return m.Stride >= m.Cols && len(m.Data) >= m.Cols && m.Rows-1 <= (len(m.Data)-m.Cols)/m.Stride
}

func described(m tensor.Matrix) string {
	return fmt.Sprintf("%d×%d in %d elements with stride %d", m.Rows, m.Cols, len(m.Data), m.Stride)
}

// weight is how much row i counts.
func weight(t data.Target, i int) float32 {
	if t.Weights == nil {
		return 1
	}
	return t.Weights[i]
}
