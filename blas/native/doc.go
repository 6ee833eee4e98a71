// Package native is neurona's own backend: tuned microkernels, the loops and
// threads around them, and a Dense plan whose weights live in the layout that
// the microkernel reads.
//
// A result is the same, bit for bit, for any number of workers and from run
// to run, for one ISA: every element of a product is one chain of
// multiply-adds along k, however it is cut, and no sum is split among
// workers. Between ISAs results may differ by rounding.
//
// # The way of a product
//
// From Dense.Forward to the microkernel there are eight files, none of which speaks of
// bf16:
//
//   - plan.go: Forward describes y = f(x·W + b) as a product whose B is the weights, in
//     panels, and whose sums start at the bias; BackwardData does dz·Wᵀ. Small products
//     leave for small.go at once.
//   - product.go: what a product is: A, B, C, into which parts of k it is cut, which
//     operands are copied.
//   - multiply.go: a product's tasks, done alone or shared. A task computes its rows and
//     panels, and then applies f or f'.
//   - grid.go: how long a product takes, into which tasks it is cut, and how many workers
//     that is worth.
//   - part.go: for one part after the other, panel by panel: B's rows are taken in place or
//     packed, and tile after tile is added to C.
//   - kernels/product.go: what a tile computes; kernels/_asm/product*.go write it.
//   - gradient.go: BackwardWeights is the same product, xᵀ·dz, in tasks whose C is scratch
//     memory: a panel goes to the sink as soon as its last part is added.
//   - transposed.go: what follows from the weights, Wᵀ, is brought up to date right after.
//
// Beside them scratch.go is memory that workers have while they need it; prefetch.go lets a
// gradient's tiles fetch what the update will touch; tuning.go has a row of sizes and
// thresholds for each microarchitecture, on which no bit depends.
//
// Other ways have files of their own, with the measurements that say when: small.go (tiles,
// nothing prepared), narrow.go (a gradient of few columns, as its transpose), rows.go and
// dots.go (plain products of few rows), chain.go. None but dots and chains changes a bit:
// those sum in an order of their own.
//
// # The weights
//
// Each panel's bias is its last row, so that a range of rows is a contiguous range of
// parameters with its gradient complete. Whoever updates it brings up to date what follows
// from it (Wᵀ, pairs) while it is in cache. What follows says when it is stale: set by who
// changes parameters without it (Refresh, an update on the other road, one that failed),
// cleared by who brings all of it up to date. Forward and Predict, which may run at once,
// do so under a lock.
//
// # bf16
//
// road.go decides whether a layer and a batch go in bf16; that road is bf16.go and
// bf16_*.go. A bf16 plan has a plan, and its products are float32's on other operands: it
// rounds them to pairs, two neighbours along k in an element of 32 bits, and sums one term
// after the other, products of pieces, on a unit's kernel. Small layers and training
// batches of few rows are float32 in every precision; when predicting, weights stay, so
// that bf16 pays from one row on.
//
// It runs on vectors where VDPBF16PS starts as often as a float32 multiply-add: AMD's from
// Zen 4 on, not Intel's. AMX has kernels for several panels and all terms at once, 16 pairs
// of k at a time. In bf16, and in bf16x3 of finite numbers, a row is predicted with the
// same bits alone and among others. A product in pieces whose operands have infinities or
// NaN is done in float32. What is below 2⁻¹²⁶ may count as zero in units.
//
// # Workers
//
// A helper of the pool that has not seen a job when its tasks are taken is not waited for.
// One that stalls within a task has lost its core, and jobs are not shared for some
// milliseconds.
package native
