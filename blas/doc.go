// Package blas is the product as package nn sees it: a [Backend] that multiplies row-major
// float32 matrices and makes [Dense] plans, the objects that own a fully connected layer's
// weights in whatever layout their kernels read.
//
// The backends live in packages below this one and are opened by
// [github.com/neurona-ml/neurona/blas/backends.Open].
//
// # Plans
//
// A plan's parameters are one flat vector in the plan's own layout, padding zero: an
// optimizer is element-wise code that knows no layout. Pack and Unpack convert, Segments
// says what are weights and biases, and a [Sink] is told where in its range biases begin. A
// plan without a bias keeps the place of biases as padding that no sink and no file sees.
// Predict is a method of its own: a plan may do for weights that stay what would not pay in
// training.
//
// BackwardData multiplies by a [Slope], f' of the output or f'(z) as it was kept, and can
// add to what is there first. A [Packer] takes many plans of one shape in one product; no
// backend is one yet.
//
// # Numerics
//
// Operands and sums of plain products are float32. A precision ([Precision]) is what the
// products of plans do; everything else, Gemm included, is float32. Infinities and NaN come
// out of a product as in float32. What is promised of bits is each backend's to say: native
// gives the same for any number of workers, gonum skips zeros of A, OpenBLAS promises what
// it promises.
package blas
