// Package kernels holds neurona's straight-line code: the microkernel of the
// matrix product, activations, losses and optimizer steps, each for every
// instruction-set level (ISA) that it is written for.
//
// A [Set] is the kernels of one ISA. The generic set is plain Go and is the
// specification; sets for avx2, avx512 and neon are assembly written by the
// programs in _asm (go generate), with avo for amd64. Tests range over every
// set that the machine can run and compare it with float64.
//
// Kernels trust their callers: operands are validated above this package.
//
// # Numerics
//
// One set on one input gives the same bits every time: an element's result
// does not depend on its place in a slice (noise goes by its column, which it is
// told) nor on the slice's address, and the order of a sum depends on its length
// only. What draws random numbers draws the same ones in every set. Sets differ from each other by
// rounding: the generic kernels never fuse a multiplication with an addition,
// the tuned ones do wherever it helps. They do so in the same places: but for
// sums over slices (and so softmax, though not tiles) and the samples of Chain,
// whose order follows the number of lanes, avx2, avx512 and neon agree to the
// bit.
//
// The bounds on errors, and the largest found against float64 among all
// float32 numbers with 2^-13 ≤ |x| < 128 and a sample of the others, in ulp:
//
//	          bound   generic   avx2, avx512, neon
//	e^x       1       0.55      0.90
//	sigmoid   2.5     1.48      2.41
//	tanh      2.6     0.72      2.50
//
// Functions are the same in Go and in assembly, but for a fused operation in 2^29 or
// so that Go rounds twice. Bounds and what was found (TestFunctions), in ulp of the value; of
// derivatives, in ulp or, where terms cancel, 2^-24:
//
//	            value  found   derivative
//	celu        3      1.76    3
//	elu         3      1.48    3
//	gelu        5      2.94    5 or 4·2^-24
//	geluTanh    160    133     160 or 4·2^-24: where |z| is near 10; the exponent is rounded
//	hardSigmoid 1.5    1.33    0.5
//	hardSwish   2.5    2.31    0.5 or 2^-24
//	logSigmoid  2.5    1.50    2.5
//	mish        6      3.35    6 or 4·2^-24
//	silu        4      2.66    4 or 4·2^-24
//	softplus    2.5    1.50    2.5
//	softsign    1.5    1.00    4
//
// Losses of elements are float32 and summed in float64. What was found (TestLossesOfOne) of a
// loss, in units of 2^-24 of itself or of the terms that it is a difference of:
//
//	            bound  found
//	hinge       1.5    1.00
//	huber       5      2.68
//	focal       16     1.93: the exponent is rounded; what is less than 2^-62 counts as 0
//	log cosh    12     5.83
//	logistic    8      2.49
//	poisson     4      1.93
//	quantile    3      1.65
//
// NaN comes out of everything that it goes into, except where a comparison
// decides (the derivative of ReLU is 0 where y is NaN). Infinities and signed
// zeros come out as the mathematics has them, and so do denormal numbers,
// except that exponentials inside sigmoid and softmax count as 0 where they
// would be denormal: a vector that makes one takes some thirty times as long,
// and rows with confident logits are full of e^-100. So does denormal state of
// optimizers, which would stay denormal.
//
// # Adding a kernel
//
// Write the generic function with its loop as its comment, and give it a
// field in Set and a case in the tables of the tests. It then works on every
// machine.
//
// A function of one element that keeps its derivative is a description in
// _asm/functions.go and nothing else: its Go is made from that too. So is a loss of an
// output and its target, in _asm/losses.go, and what losses do with a whole row, in _asm/rows.go.
//
// If it does the same to each element of its slices, describe that as an
// expression in _asm (activation.go and optimizer.go there are examples,
// expr.go is the language) and run go generate: the description is all that
// there is to write for avx2, avx512 and neon, whose sets have the kernel then.
// The tests of _asm compare what comes of it with the generic function.
//
// Other assembly is a function in _asm in terms of whole vectors: the name, the
// signature, the comment and constants are read from the generic kernel, and
// loop adds tails and unrolling for avx2 and avx512 alike; neon has functions of
// its own, in neon_*.go. Add new families to _asm/main.go or _asm/neon.go, run go
// generate, and put the result in set_amd64.go or set_arm64.go. Formulas
// (_asm/formula.go) let such a kernel use what has been described.
package kernels

//go:generate ./generate.sh
