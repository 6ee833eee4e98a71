package kernels

// Function names an element-wise function whose derivative is computed with it, as its
// argument is at hand, and is kept for the way back. See Activation for those whose
// derivative follows from what comes out.
//
// The functions are described in _asm/functions.go, and all kernels for them are made from
// that, the generic ones too.
type Function uint8

// FunctionKernels is the kernels of a function f with up to two parameters, a and b.
type FunctionKernels struct {
	Apply func(y, z []float32, a, b float32)        // y[i] = f(z[i]); y may be z
	Slope func(y, slope, z []float32, a, b float32) // the same y[i], and slope[i] = f'(z[i]); y may be z
}

// String returns the name of the kernels.
func (f Function) String() string {
	if f < functions {
		return functionNames[f]
	}
	return "function(?)"
}

// Functions returns all of them.
func Functions() []Function {
	all := make([]Function, functions)
	for i := range all {
		all[i] = Function(i)
	}
	return all
}
