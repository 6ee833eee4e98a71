package loss

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TargetError reports a target that does not fit a loss or the outputs that it
// is compared with.
type TargetError struct {
	Loss     string // name of the loss
	Row, Col int    // where in the batch, counted from 0; -1 if it is not about one row or column
	Got      string // what came
	Want     string // what was wanted
}

func (e *TargetError) Error() string {
	where := ""
	if e.Row >= 0 {
		where = fmt.Sprintf(" in row %d", e.Row)
		if e.Col >= 0 {
			where = fmt.Sprintf(" in row %d, column %d", e.Row, e.Col)
		}
	}
	return fmt.Sprintf("%s: target%s is %s, want %s", e.Loss, where, e.Got, e.Want)
}

// interval is the values that a loss takes, both ends included, and that in
// words. NaN is in none.
type interval struct {
	low, high float32
	words     string
}

// finiteValues is all numbers that are neither NaN nor infinite.
func finiteValues() interval {
	return interval{-math.MaxFloat32, math.MaxFloat32, "a finite number"}
}

// manyValues is from how many on holds is faster than comparing: 500 take 0.2 µs, and 0.45
// one by one.
const manyValues = 16

// holds reports whether all values are in the interval. It says no, too, if one is -0 and
// an end is 0.
func (in *interval) holds(values []float32) bool {
	low, high := ordered(in.low), ordered(in.high)
	outside := int64(0)
	for _, x := range values {
		o := ordered(x)
		outside |= (o - low) | (high - o)
	}
	return outside >= 0
}

// firstOutside is the place of the first value that is not in the interval, -1 if all are.
func (in *interval) firstOutside(values []float32) int {
	for i, x := range values {
		if !(in.low <= x && x <= in.high) {
			return i
		}
	}
	return -1
}

// ordered maps numbers to integers in their order, NaN beyond the infinities.
func ordered(x float32) int64 {
	bits := int32(math.Float32bits(x))
	return int64(bits ^ bits>>31&math.MaxInt32)
}

// checkValues reports a target that is not a valid rows×cols matrix of values
// that lie in the interval.
func checkValues(loss string, t *data.Target, rows, cols int, in interval) error {
	if err := checkWeights(loss, t, rows); err != nil {
		return err
	}
	v := &t.Values
	if t.Labels != nil || !blas.Fits(v, rows, cols) {
		return noValues(loss, t, rows, cols)
	}
	if v.Stride == cols { // rows stand one after the other, as one
		values := v.Data[:rows*cols]
		if len(values) >= manyValues && in.holds(values) {
			return nil
		}
		if i := in.firstOutside(values); i >= 0 {
			return &TargetError{loss, i / cols, i % cols, fmt.Sprint(values[i]), in.words}
		}
		return nil
	}
	for i := range rows {
		row := v.Data[i*v.Stride:][:cols]
		if j := in.firstOutside(row); j >= 0 {
			return &TargetError{loss, i, j, fmt.Sprint(row[j]), in.words}
		}
	}
	return nil
}

// checkAmong reports a target that is not a valid rows×cols matrix of values that are
// some of a few.
func checkAmong(loss string, t *data.Target, rows, cols int, words string, among func(v float32) bool) error {
	if err := checkValues(loss, t, rows, cols, interval{-1, 1, words}); err != nil {
		return err
	}
	for i := range rows {
		for j, v := range tensor.Row(t.Values, i) {
			if !among(v) {
				return &TargetError{loss, i, j, fmt.Sprint(v), words}
			}
		}
	}
	return nil
}

// noValues says why t is no rows×cols matrix of values.
func noValues(loss string, t *data.Target, rows, cols int) error {
	v, got := t.Values, ""
	switch {
	case t.Labels != nil:
		got = fmt.Sprintf("%d labels", len(t.Labels))
	case v.Rows != rows || v.Cols != cols:
		got = fmt.Sprintf("%d×%d", v.Rows, v.Cols)
	default:
		got = fmt.Sprintf("%d elements with stride %d", len(v.Data), v.Stride)
	}
	return &TargetError{loss, -1, -1, got, fmt.Sprintf("a %d×%d matrix of values", rows, cols)}
}

// zerosAndOnes reports whether all of m are 0 or 1.
func zerosAndOnes(m tensor.Matrix) bool {
	for i := range m.Rows {
		for _, v := range tensor.Row(m, i) {
			if v != 0 && v != 1 {
				return false
			}
		}
	}
	return true
}

// sameSide counts the rows of y whose every element lies on the same side of
// threshold as its target lies of ½: above it or not.
func sameSide(y, target tensor.Matrix, threshold float32) int {
	right := 0
	for i := range y.Rows {
		want, hit := tensor.Row(target, i), 1
		for j, v := range tensor.Row(y, i) {
			if !onSide(v, want[j], threshold) {
				hit = 0
				break
			}
		}
		right += hit
	}
	return right
}

// labelsOnSide counts the elements of y that lie on the same side of threshold as
// their targets lie of ½.
func labelsOnSide(y, target tensor.Matrix, threshold float32) int {
	right := 0
	for i := range y.Rows {
		want := tensor.Row(target, i)
		for j, v := range tensor.Row(y, i) {
			if onSide(v, want[j], threshold) {
				right++
			}
		}
	}
	return right
}

// onSide reports whether v, which must be a number, lies above threshold exactly if
// want is at least ½.
func onSide(v, want, threshold float32) bool {
	return v == v && (v > threshold) == (want >= 0.5)
}
