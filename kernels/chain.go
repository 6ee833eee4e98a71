package kernels

// Chain trains a network of Dense layers at once, for networks so small
// that nothing of a batch needs to leave the first-level cache. A lane of a
// vector is a sample; a feature of Width samples is a vector; weights are
// broadcast. One call takes samples through forward pass, loss and backward
// pass.
type Chain struct {
	Width   int // samples in a vector
	Vectors int // vectors of samples that Wide works on at once; Narrow takes one
	Batch   int // the largest batch for which this is the fastest in a Set's list; 0 for any

	// A pass runs the rows of p through the network and adds to its Sum,
	// Products and the Sums of its layers; ChainPass says what. Narrow is made
	// for few rows, Wide for more; either takes any number up to
	// ChainRows·Width, and both may work on one batch.
	Narrow, Wide func(p *ChainPass)
	// Reduce adds the vectors of Sums up to Grads, for each layer, and makes
	// Sums zero. What was in Grads is overwritten, or added to if accumulate
	// is set. It returns the largest magnitude in all Grads, NaN if there is a NaN.
	Reduce func(p *ChainPass, accumulate bool) (largest float32)
}

// ChainRows is how many samples for each lane one call of a pass may bring:
// it bounds Products, and the time for which a call cannot be preempted.
const ChainRows = 24

// ChainStride bounds leading dimensions: that many floats times the lanes of a
// vector are as many as a gather's index can count.
const ChainStride = 1 << 27

// ChainPass is what a pass works on.
//
// With n = Width·Vectors samples at a time, the memory called "of vectors" has
// a feature of n samples after the other. Its contents before a pass do not
// matter, except that Sums start at zero.
type ChainPass struct {
	Layers []ChainLayer // first to last; what one has as Y the next has as X

	X    []float32 // [Rows][LDX]: the input, whose first Layers[0].In columns count
	LDX  int
	T    []float32 // [Rows][LDT]: the targets of as many columns as there are outputs; a class index for ChainCrossEntropy
	LDT  int
	Rows int // 0 to ChainRows·Width; with more than one, LDX and LDT are below ChainStride

	// Outputs, unless it is empty, receives the outputs: for n samples after
	// the other, [outputs][n].
	Outputs []float32

	Loss  ChainLoss
	Scale float32 // of the gradient: see the losses

	// The loss, summed in float64 over samples and outputs, is Sum plus the
	// logarithms of all Products, of which the first Width count. A call adds
	// and multiplies; a Product grows by a factor of 1 to 2 for each of its
	// samples and outputs at most.
	Sum      float64
	Products [16]float64
}

// ChainLayer is a Dense layer with its activation.
type ChainLayer struct {
	In, Out    int
	Activation int // the number of an Activation that chains know

	Params []float32 // [In+1][Out]: the weights, and the bias as the last row
	Grads  []float32 // [In+1][Out]: their gradients, which Reduce writes
	Sums   []float32 // [In+1][Out][Width], and 3·Width more: their gradients, lane by lane

	X  []float32 // of vectors, [In][n]: the input
	Y  []float32 // of vectors, [Out][n]: the output
	DY []float32 // of vectors, [Out][n]: the gradient at the output, then before the activation
}

// ChainLoss is a loss that a pass can compute, of outputs y and targets t.
type ChainLoss int

// The losses: what is summed, and the gradient at y.
const (
	ChainSquaredError ChainLoss = iota // Σ (y-t)²; Scale·(y-t)
	ChainLogistic                      // Σ max(y, 0) - y·t + ln(1+e^-|y|); Scale·(σ(y)-t)
	ChainCrossEntropy                  // Σ ln Σ e^yⱼ - yₜ over samples; Scale·(softmax(y)ⱼ - [j=t])
)
