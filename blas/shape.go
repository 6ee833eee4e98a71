package blas

// CheckMatrix reports, as a *ShapeError, a matrix with negative sizes, a
// stride shorter than its rows or too little data. A matrix without elements
// needs neither stride nor data. name is what the message calls the matrix.
func CheckMatrix(op, name string, m Matrix) error {
	if m.Rows < 0 || m.Cols < 0 {
		return shapeErrorf(op, "%s is %d×%d", name, m.Rows, m.Cols)
	}
	if m.Rows == 0 || m.Cols == 0 {
		return nil
	}
	if m.Stride < m.Cols {
		return shapeErrorf(op, "%s has %d columns but stride %d", name, m.Cols, m.Stride)
	}
	// The last element is at (Rows-1)·Stride + Cols - 1, a product that may
	// overflow; the quotient cannot.
	if len(m.Data) < m.Cols || m.Rows-1 > (len(m.Data)-m.Cols)/m.Stride {
		return shapeErrorf(op, "%s is %d×%d with stride %d but has only %d elements", name, m.Rows, m.Cols, m.Stride, len(m.Data))
	}
	return nil
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

// validTranspose: for real matrices the conjugate transpose 'C' is 'T'.
func validTranspose(t Transpose) bool { return t == 'N' || t == 'T' || t == 'C' }
