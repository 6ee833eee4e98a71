package blas

import (
	"errors"
	"math"
	"testing"
)

func TestCheckMatrix(t *testing.T) {
	ten := make([]float32, 10)
	for _, tt := range []struct {
		m    Matrix
		want string // empty for none
	}{
		{Matrix{}, ""},
		{Matrix{Rows: 3}, ""},
		{Matrix{Cols: 3}, ""},
		{Matrix{Rows: 2, Cols: 5, Stride: 5, Data: ten}, ""},
		{Matrix{Rows: 2, Cols: 4, Stride: 6, Data: ten}, ""},
		{Matrix{Rows: 1, Cols: 10, Stride: math.MaxInt, Data: ten}, ""},
		{Matrix{Rows: 2, Cols: 5, Stride: 6, Data: ten}, "op: x is 2×5 with stride 6 but has only 10 elements"},
		{Matrix{Rows: 1, Cols: 11, Stride: 11, Data: ten}, "op: x is 1×11 with stride 11 but has only 10 elements"},
		{Matrix{Rows: 2, Cols: 5, Stride: 4, Data: ten}, "op: x has 5 columns but stride 4"},
		{Matrix{Rows: 2, Cols: 5, Data: ten}, "op: x has 5 columns but stride 0"},
		{Matrix{Rows: -1, Cols: 5, Stride: 5, Data: ten}, "op: x is -1×5"},
		{Matrix{Rows: 1, Cols: -5, Stride: 5, Data: ten}, "op: x is 1×-5"},
		{Matrix{Rows: 5, Cols: 1, Stride: math.MaxInt / 2, Data: ten}, "op: x is 5×1 with stride " + maxHalf + " but has only 10 elements"},
	} {
		err := CheckMatrix("op", "x", tt.m)
		if got := message(t, err); got != tt.want {
			t.Errorf("%d×%d: got %q, want %q", tt.m.Rows, tt.m.Cols, got, tt.want)
		}
	}
}

// maxHalf is math.MaxInt / 2 in words: a stride whose product with 4 rows
// overflows.
var maxHalf = shapeErrorf("", "%d", math.MaxInt/2).(*ShapeError).Detail

// message returns the text of err, which must be a *ShapeError or nil.
func message(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var shape *ShapeError
	if !errors.As(err, &shape) {
		t.Fatalf("%T is not a *ShapeError", err)
	}
	return err.Error()
}

func TestCheckShape(t *testing.T) {
	m := Matrix{Rows: 3, Cols: 5, Stride: 5, Data: make([]float32, 15)}
	for _, tt := range []struct {
		rows, cols int
		want       string
	}{
		{3, 5, ""},
		{-1, 5, ""},
		{-1, 7, "dense forward: x is 3×5, want 7 columns"},
		{3, 7, "dense forward: x is 3×5, want 3×7"},
		{4, 5, "dense forward: x is 3×5, want 4×5"},
	} {
		if got := message(t, CheckShape("dense forward", "x", m, tt.rows, tt.cols)); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestGemmShape(t *testing.T) {
	mat := func(rows, cols int) Matrix {
		return Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	}
	for _, tt := range []struct {
		tA, tB  Transpose
		a, b, c Matrix
		want    string
	}{
		{'N', 'N', mat(2, 4), mat(4, 3), mat(2, 3), ""},
		{'T', 'N', mat(4, 2), mat(4, 3), mat(2, 3), ""},
		{'C', 'T', mat(4, 2), mat(3, 4), mat(2, 3), ""},
		{'N', 'C', mat(2, 4), mat(3, 4), mat(2, 3), ""},
		{'N', 'N', mat(2, 4), mat(3, 4), mat(2, 3), "gemm: op(A) is 2×4, op(B) 3×4, C 2×3"},
		{'T', 'N', mat(2, 4), mat(4, 3), mat(2, 3), "gemm: op(A) is 4×2, op(B) 4×3, C 2×3"},
		{'N', 'N', mat(2, 4), mat(4, 3), mat(3, 2), "gemm: op(A) is 2×4, op(B) 4×3, C 3×2"},
		{'x', 'N', mat(2, 4), mat(4, 3), mat(2, 3), "gemm: transposes 'x' and 'N': each must be 'N', 'T' or 'C'"},
	} {
		m, n, k, err := GemmShape(tt.tA, tt.tB, tt.a, tt.b, tt.c)
		if got := message(t, err); got != tt.want {
			t.Errorf("%c%c: got %q, want %q", tt.tA, tt.tB, got, tt.want)
		}
		if err == nil && (m != 2 || n != 3 || k != 4) {
			t.Errorf("%c%c: m, n, k = %d, %d, %d; want 2, 3, 4", tt.tA, tt.tB, m, n, k)
		}
		m, n, k, ok := GemmFits(tt.tA, tt.tB, &tt.a, &tt.b, &tt.c)
		if ok != (err == nil) || ok && (m != 2 || n != 3 || k != 4) {
			t.Errorf("%c%c: fits: %d, %d, %d, %v; want 2, 3, 4, %v", tt.tA, tt.tB, m, n, k, ok, err == nil)
		}
	}
}
