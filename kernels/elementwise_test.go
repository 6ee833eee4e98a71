package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// role says what a kernel does with an operand.
type role byte

const (
	source  role = iota // only read
	result              // only written
	updated             // read and written
)

// elementwise describes a kernel whose element i depends on element i of its
// operands only.
type elementwise struct {
	name     string
	operands []role
	run      func(s *Set, op [][]float32)
	// exact returns what one element of each operand that is written should
	// become, and by how much rounding may move it, from the elements of all.
	exact func(in []float64) (want, tol []float64)
	// prepare, if not nil, makes a random number fit for an operand.
	prepare func(operand int, x float32) float32
	mayBe   []int // sources that may be the (only) operand written
}

func one(want, tol float64) ([]float64, []float64) { return []float64{want}, []float64{tol} }

// rounded is one for a result that is right up to a number of relative
// roundings.
func rounded(want, times float64) ([]float64, []float64) {
	return one(want, 1.001*times*unit*math.Abs(want)+tiny)
}

func elementwiseKernels() []elementwise {
	return slices.Concat(ownKernels(), functionKernels(), lossKernels())
}

// ownKernels are those with a field of their own.
func ownKernels() []elementwise {
	all := []elementwise{
		{
			name: "axpy", operands: []role{source, updated}, mayBe: []int{0},
			run: func(s *Set, op [][]float32) { s.Axpy(0.7, op[0], op[1]) },
			exact: func(in []float64) ([]float64, []float64) {
				product := float64(float32(0.7)) * in[0]
				return one(in[1]+product, 2*unit*(math.Abs(product)+math.Abs(in[1]))+2*tiny)
			},
		},
		{
			name: "scale", operands: []role{updated},
			run:   func(s *Set, op [][]float32) { s.Scale(-1.3, op[0]) },
			exact: func(in []float64) ([]float64, []float64) { return rounded(float64(float32(-1.3))*in[0], 1) },
		},
		{
			name: "add", operands: []role{source, updated}, mayBe: []int{0},
			run:   func(s *Set, op [][]float32) { s.Add(op[0], op[1]) },
			exact: func(in []float64) ([]float64, []float64) { return rounded(in[0]+in[1], 1) },
		},
		{
			name: "exp", operands: []role{result, source}, mayBe: []int{1},
			run: func(s *Set, op [][]float32) { s.Exp(op[0], op[1]) },
			exact: func(in []float64) ([]float64, []float64) {
				want := math.Exp(in[1])
				return one(want, expUlps*ulp(want))
			},
		},
		{
			name: "squaredError", operands: []role{result, source, source}, mayBe: []int{1, 2},
			run:   func(s *Set, op [][]float32) { s.SquaredError(op[0], op[1], op[2], 0.3) },
			exact: func(in []float64) ([]float64, []float64) { return rounded(float64(float32(0.3))*(in[1]-in[2]), 2) },
		},
	}
	all = append(all, activationKernels()...)
	all = append(all, normKernels()...)
	all = append(all, periodicKernels()...)
	all = append(all, rowLossKernels()...)
	return append(all, optimizerKernels()...)
}

// inputs returns operands of n elements: what is read holds values, what is
// only written holds NaN.
func (k elementwise) inputs(n int, value func(operand, i int) float32) [][]float32 {
	op := make([][]float32, len(k.operands))
	for j, role := range k.operands {
		op[j] = make([]float32, n)
		for i := range op[j] {
			switch {
			case role == result:
				op[j][i] = nan32
			case k.prepare != nil:
				op[j][i] = k.prepare(j, value(j, i))
			default:
				op[j][i] = value(j, i)
			}
		}
	}
	return op
}

// ofAllSizes returns random numbers around 1 and, one in eight, of any size
// between 1e-20 and 1.
func ofAllSizes(rng *rand.Rand) func(operand, i int) float32 {
	return func(int, int) float32 {
		x := 8*rng.Float64() - 4
		if rng.IntN(8) == 0 {
			x *= math.Pow(10, -20*rng.Float64())
		}
		return float32(x)
	}
}

// check compares what the kernel made of before with float64.
func (k elementwise) check(t *testing.T, before, after [][]float32) {
	t.Helper()
	in := make([]float64, len(k.operands))
	for i := range before[0] {
		for j := range before {
			in[j] = float64(before[j][i])
		}
		want, tol := k.exact(in)
		for j, role := range k.operands {
			if role == source {
				continue
			}
			if !agree(after[j][i], want[0], tol[0]) {
				t.Fatalf("element %d of %d, operand %d of %v: got %g, want %g ± %g", i, len(before[0]), j, in, after[j][i], want[0], tol[0])
			}
			want, tol = want[1:], tol[1:]
		}
	}
}

func copies(op [][]float32) [][]float32 {
	c := make([][]float32, len(op))
	for j := range op {
		c[j] = slices.Clone(op[j])
	}
	return c
}

func eachElementwise(t *testing.T, test func(t *testing.T, s *Set, k elementwise)) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range elementwiseKernels() {
			t.Run(k.name, func(t *testing.T) { test(t, s, k) })
		}
	})
}

// TestElementwiseLengths runs every kernel between guard pages on every
// length, and sees that sources stay as they were.
func TestElementwiseLengths(t *testing.T) {
	eachElementwise(t, func(t *testing.T, s *Set, k elementwise) {
		rng := rand.New(rand.NewPCG(1, 2))
		mem := make([]guarded, len(k.operands))
		for j := range mem {
			mem[j] = newGuarded(t)
		}
		for _, n := range lengths(longest) {
			for _, atEnd := range []bool{false, true} {
				before := k.inputs(n, ofAllSizes(rng))
				op := make([][]float32, len(mem))
				for j := range mem {
					op[j] = mem[j].slice(n, atEnd)
					copy(op[j], before[j])
				}
				k.run(s, op)
				k.check(t, before, op)
				for j, role := range k.operands {
					if role == source && !sameBits(op[j], before[j]) {
						t.Fatalf("n=%d: source %d was written", n, j)
					}
				}
			}
		}
	})
}

// TestElementwiseSpecial runs every kernel on every combination of the
// numbers at which arithmetic is not ordinary.
func TestElementwiseSpecial(t *testing.T) {
	special := []float32{
		0, float32(math.Copysign(0, -1)), inf32, -inf32, nan32, 1, -1,
		math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1.fffffcp-127, 0x1p-126, -100, 100,
	}
	eachElementwise(t, func(t *testing.T, s *Set, k elementwise) {
		special := special
		if len(k.operands) > 5 { // there would be millions of combinations
			special = []float32{0, inf32, nan32, -1, 3}
		}
		total := 1
		digit := make([]int, len(k.operands)) // place value of an operand's choice
		for j, role := range k.operands {
			if role != result {
				digit[j] = total
				total *= len(special)
			}
		}
		// Few combinations are repeated until they fill rounds, vectors and tail.
		before := k.inputs(max(total, 300), func(operand, i int) float32 {
			return special[i/digit[operand]%len(special)]
		})
		op := copies(before)
		k.run(s, op)
		k.check(t, before, op)
	})
}

// TestElementwisePosition sees that a number comes out the same wherever it
// stands: in whole vectors of a long slice or in the tail of a short one.
func TestElementwisePosition(t *testing.T) {
	eachElementwise(t, func(t *testing.T, s *Set, k elementwise) {
		const n = 110 // on AVX-512: a round, two vectors, a tail
		before := k.inputs(n, ofAllSizes(rand.New(rand.NewPCG(3, 4))))
		whole := copies(before)
		k.run(s, whole)
		for start := range n {
			for _, end := range []int{start + 1, start + 7, start + 8, start + 9, start + 40, n} {
				if end > n {
					continue
				}
				part := make([][]float32, len(before))
				for j := range before {
					part[j] = slices.Clone(before[j][start:end])
				}
				k.run(s, part)
				for j := range part {
					if !sameBits(part[j], whole[j][start:end]) {
						t.Fatalf("operand %d: elements %d to %d alone differ from the same in a slice of %d", j, start, end, n)
					}
				}
			}
		}
	})
}

// TestElementwiseInPlace sees that the result may replace a source.
func TestElementwiseInPlace(t *testing.T) {
	eachElementwise(t, func(t *testing.T, s *Set, k elementwise) {
		to := slices.IndexFunc(k.operands, func(r role) bool { return r != source })
		for _, from := range k.mayBe {
			t.Run(fmt.Sprintf("operand=%d", from), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(5, 6))
				for _, n := range lengths(longest) {
					before := k.inputs(n, ofAllSizes(rng))
					before[to] = before[from]
					op := copies(before)
					op[to] = op[from]
					k.run(s, op)
					for j := range op {
						if k.operands[j] == source && j != from && !sameBits(op[j], before[j]) {
							t.Fatalf("n=%d: source %d was written", n, j)
						}
					}
					k.check(t, before, op)
				}
			})
		}
	})
}
