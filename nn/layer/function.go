package layer

import "github.com/neurona-ml/neurona/kernels"

// Function is an element-wise function. It is computed by one of three: Kernel, Vector,
// or Slope and Apply.
type Function struct {
	Name string // as it is spelt: "relu"
	// Kernel is the function where the vector kernels have it and its derivative is one of
	// what comes out.
	Kernel kernels.Activation
	// Vector, unless nil, is the function where the vector kernels have it and its
	// derivative, which the network keeps for the way back.
	Vector *Vector
	// Slope, unless nil, writes y = f(z) and the derivative f'(z), which is kept too. y
	// may be z.
	Slope func(y, slope, z []float32)
	// Apply writes y = f(z) alone, for predictions, with the same bits, and is there if Slope is. y may be z.
	Apply func(y, z []float32)
	// Steepest is what no |f'| exceeds, with |f(z)| at most Steepest·(|z|+1); 0 if nobody knows.
	Steepest float64
	// Bounds says in words where all values lie: "between 0 and 1". It is empty if they may
	// be any numbers, as losses on logits want them.
	Bounds string
}

// Vector is a function of the vector kernels with its parameters.
type Vector struct {
	Of   kernels.Function
	A, B float32
}

// Trainable reports whether there is a derivative to train through.
func (f Function) Trainable() bool { return f.Slope != nil || f.Vector != nil || f.Kernel.Trainable() }
