package tensor_test

import (
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/tensor"
)

func TestShapeSize(t *testing.T) {
	const half = math.MaxInt/2 + 1 // a power of two
	for _, c := range []struct {
		shape tensor.Shape
		want  int
	}{
		{tensor.Shape{784}, 784},
		{tensor.Shape{28, 28, 1}, 784},
		{tensor.Shape{1}, 1},
		{tensor.Shape{math.MaxInt}, math.MaxInt},
		{tensor.Shape{half - 1, 2}, math.MaxInt - 1},
		{nil, 0},
		{tensor.Shape{}, 0},
		{tensor.Shape{0}, 0},
		{tensor.Shape{3, 0}, 0},
		{tensor.Shape{-1}, 0},
		{tensor.Shape{-2, -3}, 0},
		{tensor.Shape{math.MinInt, -1}, 0},
		{tensor.Shape{half, 2}, 0},
		{tensor.Shape{math.MaxInt, math.MaxInt}, 0},
		{tensor.Shape{half, 2, 0}, 0},
	} {
		if got := c.shape.Size(); got != c.want {
			t.Errorf("the size of %v is %d, want %d", c.shape, got, c.want)
		}
	}
}

func TestRoles(t *testing.T) {
	want := []string{"weight", "bias", "scale", "embedding", "buffer", "role 5"}
	for i, name := range want {
		if got := tensor.Role(i).String(); got != name {
			t.Errorf("role %d is %q, want %q", i, got, name)
		}
	}
}

func TestRows(t *testing.T) {
	m := tensor.Matrix{Rows: 3, Cols: 2, Stride: 3, Data: []float32{1, 2, 0, 3, 4, 0, 5, 6}}
	if got := tensor.Row(m, 1); !slices.Equal(got, []float32{3, 4}) {
		t.Errorf("row 1 is %v, want [3 4]", got)
	}
	for lo := range 4 {
		for hi := lo; hi < 4; hi++ {
			v := tensor.Rows(m, lo, hi)
			if v.Rows != hi-lo || v.Cols != 2 || v.Stride != 3 {
				t.Fatalf("rows %d to %d are %+v", lo, hi, v)
			}
			for i := range v.Rows {
				if !slices.Equal(tensor.Row(v, i), tensor.Row(m, lo+i)) {
					t.Errorf("row %d of rows %d to %d is %v", i, lo, hi, tensor.Row(v, i))
				}
			}
		}
	}
	if v := tensor.Rows(tensor.Matrix{}, 0, 0); v.Data != nil {
		t.Errorf("no rows of nothing have %d elements", len(v.Data))
	}
}

// TestTensors: a size is the product of dimensions, and Fill sets every value.
func TestTensors(t *testing.T) {
	for _, c := range []struct {
		dims []int
		want int
	}{{[]int{3, 4}, 12}, {[]int{7}, 7}, {nil, 0}, {[]int{2, 0}, 0}, {[]int{math.MaxInt, 2}, 0}} {
		if got := (&tensor.Tensor{Dims: c.dims}).Size(); got != c.want {
			t.Errorf("the size of %v is %d, want %d", c.dims, got, c.want)
		}
	}
	values := []float32{1, 2, 3}
	tensor.Fill(0.5)(nil, values)
	if !slices.Equal(values, []float32{0.5, 0.5, 0.5}) {
		t.Errorf("filled with 0.5 they are %v", values)
	}
}
