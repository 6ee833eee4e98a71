package blas

// Packer is implemented by a Backend that can work on many plans of one shape at
// once, faster than on one after the other: on a layer of all members of an ensemble,
// or on branches of a network. No backend does yet; the interface is declared so that
// what is built on plans has room for it.
type Packer interface {
	// Together returns a pack of the plans, whose specs are the same; or nil if plan
	// by plan is as good, which is decided by their spec and number alone, or if they
	// are not such plans of this backend. (Dense.Pack is something else: it writes
	// weights in a plan's layout.)
	Together(plans []Dense) Pack
}

// Pack does in one product what the plans that it was made of do in one each. It works on
// their parameters and gradients where they are and belongs, with them, to one goroutine
// at a time.
//
// Each method is that of Dense for all plans: slices have an element for each of
// them, in their order, and element i is what plan i would be given; batches may differ in
// rows. Plans may share operands, as members of an ensemble that see one batch
// do, but not results. The results of a plan differ by rounding at most from those of its own
// method and depend on its own operands alone, not on its neighbours or on the number of
// workers. Operands that one of the plans cannot take are its error, slices of another
// length than there are plans a *ShapeError; then no plan has written anything.
type Pack interface {
	Forward(x, y []Matrix) error
	Predict(x, y []Matrix) error
	BackwardData(dz, dx []Matrix, slopes []Slope, add bool) error
	// BackwardWeights takes nil sinks, or one for each plan, which is told offsets in
	// that plan's Parameters.
	BackwardWeights(x, dz []Matrix, accumulate bool, sinks []Sink) error
}
