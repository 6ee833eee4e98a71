package kernels

// transposeFunc is Product.Transpose; a kernel of it may be limited to a
// square of some size.
type transposeFunc func(rows, cols int, src *float32, lds int, dst *float32, ldd int)

// inSquares makes a kernel that transposes up to size×size floats transpose
// any matrix. It walks down the columns of squares, so that successive squares
// write to the same rows of dst.
func inSquares(size int, square transposeFunc) transposeFunc {
	return func(rows, cols int, src *float32, lds int, dst *float32, ldd int) {
		for j := 0; j < cols; j += size {
			for i := 0; i < rows; i += size {
				square(min(size, rows-i), min(size, cols-j), at(src, i*lds+j), lds, at(dst, j*ldd+i), ldd)
			}
		}
	}
}

// transposeGeneric is Product.Transpose.
func transposeGeneric(rows, cols int, src *float32, lds int, dst *float32, ldd int) {
	for i := range rows {
		for j := range cols {
			*at(dst, j*ldd+i) = *at(src, i*lds+j)
		}
	}
}
