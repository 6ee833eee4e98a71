package blas

import "fmt"

// ShapeError reports operands that do not fit together.
type ShapeError struct {
	Op     string // what was asked for: "gemm", "dense forward", ...
	Detail string // what came and what was wanted
}

func (e *ShapeError) Error() string { return e.Op + ": " + e.Detail }

// sprintf is short for what every message here needs.
func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// CheckMatrix reports a matrix with negative sizes, a stride shorter than its
// rows or too little data. name is what the message calls it.
func CheckMatrix(op, name string, m Matrix) error {
	if m.Rows < 0 || m.Cols < 0 {
		return &ShapeError{op, sprintf("%s is %d×%d", name, m.Rows, m.Cols)}
	}
	if m.Rows == 0 || m.Cols == 0 {
		return nil
	}
	if m.Stride < m.Cols {
		return &ShapeError{op, sprintf("%s has %d columns but stride %d", name, m.Cols, m.Stride)}
	}
	if need := (m.Rows-1)*m.Stride + m.Cols; len(m.Data) < need {
		return &ShapeError{op, sprintf("%s is %d×%d with stride %d, which takes %d elements; it has %d", name, m.Rows, m.Cols, m.Stride, need, len(m.Data))}
	}
	return nil
}

// CheckShape is CheckMatrix for a matrix that must be rows×cols; a negative
// rows allows any number.
func CheckShape(op, name string, m Matrix, rows, cols int) error {
	if m.Cols != cols || (rows >= 0 && m.Rows != rows) {
		if rows < 0 {
			return &ShapeError{op, sprintf("%s is %d×%d, want %d columns", name, m.Rows, m.Cols, cols)}
		}
		return &ShapeError{op, sprintf("%s is %d×%d, want %d×%d", name, m.Rows, m.Cols, rows, cols)}
	}
	return CheckMatrix(op, name, m)
}

// GemmShape returns the m, n and k of C = op(A)·op(B), or a *ShapeError.
func GemmShape(tA, tB Transpose, a, b, c Matrix) (m, n, k int, err error) {
	for _, x := range []struct {
		name string
		m    Matrix
	}{{"A", a}, {"B", b}, {"C", c}} {
		if err := CheckMatrix("gemm", x.name, x.m); err != nil {
			return 0, 0, 0, err
		}
	}
	if !validTranspose(tA) || !validTranspose(tB) {
		return 0, 0, 0, &ShapeError{"gemm", sprintf("transposes %q and %q: each must be 'N', 'T' or 'C'", tA, tB)}
	}
	m, k = a.Rows, a.Cols
	if tA != NoTrans {
		m, k = k, m
	}
	kb, n := b.Rows, b.Cols
	if tB != NoTrans {
		kb, n = n, kb
	}
	if k != kb || c.Rows != m || c.Cols != n {
		return 0, 0, 0, &ShapeError{"gemm", sprintf("op(A) is %d×%d, op(B) %d×%d, C %d×%d", m, k, kb, n, c.Rows, c.Cols)}
	}
	return m, n, k, nil
}

func validTranspose(t Transpose) bool { return t == 'N' || t == 'T' || t == 'C' }
