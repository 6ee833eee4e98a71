package blas

import "math/bits"

// CheckMatrix reports, as a *ShapeError, a matrix with negative sizes, a
// stride shorter than its rows or too little data. A matrix without elements
// needs neither stride nor data. name is what the message calls the matrix.
func CheckMatrix(op, name string, m Matrix) error {
	switch {
	case m.Rows < 0 || m.Cols < 0:
		return shapeErrorf(op, "%s is %d×%d", name, m.Rows, m.Cols)
	case valid(&m):
		return nil
	case m.Stride < m.Cols:
		return shapeErrorf(op, "%s has %d columns but stride %d", name, m.Cols, m.Stride)
	}
	return shapeErrorf(op, "%s is %d×%d with stride %d but has only %d elements", name, m.Rows, m.Cols, m.Stride, len(m.Data))
}

// CheckShape is CheckMatrix for a matrix that must be rows×cols; a negative
// rows allows any number.
func CheckShape(op, name string, m Matrix, rows, cols int) error {
	if m.Cols != cols || (rows >= 0 && m.Rows != rows) {
		if rows < 0 {
			return shapeErrorf(op, "%s is %d×%d, want %d columns", name, m.Rows, m.Cols, cols)
		}
		return shapeErrorf(op, "%s is %d×%d, want %d×%d", name, m.Rows, m.Cols, rows, cols)
	}
	return CheckMatrix(op, name, m)
}

// Fits reports whether CheckShape has nothing to report. It takes a fraction
// of the time, where that is nanoseconds that count.
func Fits(m *Matrix, rows, cols int) bool {
	return m.Cols == cols && (rows < 0 || m.Rows == rows) && valid(m)
}

// valid reports whether CheckMatrix has nothing to report.
func valid(m *Matrix) bool {
	if m.Rows <= 0 || m.Cols <= 0 {
		return m.Rows >= 0 && m.Cols >= 0
	}
	// The last element is at (Rows-1)·Stride + Cols - 1. The product may
	// overflow; a quotient could not, but takes several times as long.
	high, low := bits.Mul(uint(m.Rows-1), uint(m.Stride))
	return m.Stride >= m.Cols && len(m.Data) >= m.Cols && high == 0 && low <= uint(len(m.Data)-m.Cols)
}

// GemmShape returns the m, n and k of C = op(A)·op(B), or a *ShapeError.
func GemmShape(tA, tB Transpose, a, b, c Matrix) (m, n, k int, err error) {
	if !validTranspose(tA) || !validTranspose(tB) {
		return 0, 0, 0, shapeErrorf("gemm", "transposes %q and %q: each must be 'N', 'T' or 'C'", tA, tB)
	}
	if err := CheckMatrix("gemm", "A", a); err != nil {
		return 0, 0, 0, err
	}
	if err := CheckMatrix("gemm", "B", b); err != nil {
		return 0, 0, 0, err
	}
	if err := CheckMatrix("gemm", "C", c); err != nil {
		return 0, 0, 0, err
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
		return 0, 0, 0, shapeErrorf("gemm", "op(A) is %d×%d, op(B) %d×%d, C %d×%d", m, k, kb, n, c.Rows, c.Cols)
	}
	return m, n, k, nil
}

// GemmFits is GemmShape for matrices at pointers, without an error: ok reports
// whether GemmShape has none. It takes a fraction of the time, where that is
// nanoseconds that count.
func GemmFits(tA, tB Transpose, a, b, c *Matrix) (m, n, k int, ok bool) {
	m, k = a.Rows, a.Cols
	if tA != NoTrans {
		m, k = k, m
	}
	kb, n := b.Rows, b.Cols
	if tB != NoTrans {
		kb, n = n, kb
	}
	return m, n, k, validTranspose(tA) && validTranspose(tB) && valid(a) && valid(b) && valid(c) &&
		k == kb && c.Rows == m && c.Cols == n
}

// validTranspose: for real matrices the conjugate transpose 'C' is 'T'.
func validTranspose(t Transpose) bool { return t == 'N' || t == 'T' || t == 'C' }
