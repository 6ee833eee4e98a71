package native

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// history puts a plan in bf16 through batches above and below the size from which
// they are multiplied so, and compares all that it does with a plan that has no
// past, on one worker.
type history struct {
	*testing.T
	rng      *rand.Rand
	b, one   *Backend
	spec     blas.DenseSpec
	unforced bool // small batches are multiplied in float32
	plan     *bf16Plan
}

// fresh returns a plan with the parameters of h's, or with any if it has none.
func (h *history) fresh(b *Backend) *bf16Plan {
	b.bf16.forced = true // however small the layer is
	d, err := b.Dense(h.spec)
	if err != nil {
		h.Fatal(err)
	}
	b.bf16.forced = !h.unforced
	p := d.(*bf16Plan)
	if h.plan != nil {
		copy(p.params, h.plan.params)
		p.Refresh()
	}
	return p
}

// draw returns a random matrix, now and then with an infinity.
func (h *history) draw(rows, cols int) blas.Matrix {
	m := blas.Matrix{Rows: rows, Cols: cols, Stride: cols + h.rng.IntN(3)}
	m.Data = make([]float32, max(1, rows*m.Stride))
	for i := range m.Data {
		m.Data[i] = 2*h.rng.Float32() - 1
	}
	if rows > 0 && h.rng.IntN(8) == 0 {
		m.Data[h.rng.IntN(rows)*m.Stride+h.rng.IntN(cols)] = float32(math.Inf(1))
	}
	return m
}

func (h *history) same(what string, got, want []float32) {
	h.Helper()
	for i, w := range want {
		if !sameNumber(got[i], w) {
			h.Fatalf("%+v: %s: element %d of %d is %v, want %v", h.spec, what, i, len(want), got[i], w)
		}
	}
}

func (h *history) check(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// step does one thing to the plan.
func (h *history) step(rows int) {
	p, other := h.plan, h.fresh(h.one)
	x, dz := h.draw(rows, h.spec.In), h.draw(rows, h.spec.Out)
	switch what := h.rng.IntN(6); what {
	case 0:
		y := h.draw(rows, h.spec.Out)
		z := y
		z.Data = slices.Clone(y.Data)
		h.check(p.Forward(x, y))
		h.check(other.Forward(x, z))
		h.same(fmt.Sprintf("forward of %d", rows), y.Data, z.Data)
		h.check(p.Predict(x, y))
		h.check(other.Predict(x, z))
		h.same(fmt.Sprintf("prediction of %d", rows), y.Data, z.Data)
	case 1:
		y := h.draw(rows, h.spec.In)
		z := y
		z.Data = slices.Clone(y.Data)
		h.check(p.BackwardData(dz, y, blas.Slope{}, false))
		h.check(other.BackwardData(dz, z, blas.Slope{}, false))
		h.same(fmt.Sprintf("backward of %d", rows), y.Data, z.Data)
	case 2:
		add := h.rng.IntN(2) == 0
		copy(other.Gradients(), p.Gradients())
		h.check(p.BackwardWeights(x, dz, add, nil))
		h.check(other.BackwardWeights(x, dz, add, nil))
		h.same(fmt.Sprintf("gradients of %d, accumulate %v", rows, add), p.Gradients(), other.Gradients())
	case 3, 4:
		h.check(p.BackwardWeights(x, dz, false, newMomentum(p)))
		h.check(other.BackwardWeights(x, dz, false, newMomentum(other)))
		h.same(fmt.Sprintf("update by %d", rows), p.params, other.params)
		for i, v := range p.params {
			if v-v != 0 && h.rng.IntN(2) == 0 {
				p.params[i] = 0.5
				p.Refresh()
			}
		}
	default:
		for i := range p.params {
			p.params[i] = 2*h.rng.Float32() - 1
		}
		p.Refresh()
	}
	h.derived()
}

// derived compares what the plan has derived from its parameters, unless that is
// stale, with what they give.
func (h *history) derived() {
	p, other := h.plan, h.fresh(h.one)
	if !p.pairs.stale.Load() {
		h.check(other.pairs.refresh())
		h.same("pairs", p.pairs.weights, other.pairs.weights)
		if got, want := p.pairs.special.Load(), other.pairs.special.Load(); got != want {
			h.Fatalf("%+v: weights that are infinite or NaN: %v, want %v", h.spec, got, want)
		}
	}
	if p.pairs.transposed != nil && !p.pairs.transposedStale {
		h.check(other.pairs.refreshTransposed())
		h.same("transposed pairs", p.pairs.transposed, other.pairs.transposed)
	}
	if p.transposed.data != nil && !p.transposed.stale {
		other.transposed.refresh()
		h.same("transposed", p.transposed.data, other.transposed.data)
	}
}

// momentum is a sink with a state.
type momentum struct{ v []float32 }

func newMomentum(d blas.Dense) *momentum { return &momentum{make([]float32, len(d.Parameters()))} }

func (s *momentum) Update(lo, _ int, params, grads []float32) {
	for i, g := range grads {
		s.v[lo+i] = 0.5*s.v[lo+i] + g
		params[i] -= 0.125 * s.v[lo+i]
	}
}

func (s *momentum) State() [][]float32 { return [][]float32{s.v} }

// TestHistory: see history. Shapes are odd, narrow, deep enough for several passes
// and wide enough for several panels.
func TestHistory(t *testing.T) {
	for _, unit := range []string{kernels.UnitGeneric, "like tiles", "avx512_bf16"} {
		open := func(t *testing.T, workers int) *Backend {
			options := Options{Workers: workers, Unit: unit}
			if unit == "like tiles" {
				options.Unit = kernels.UnitGeneric
			}
			if why := kernels.MissingUnit(options.Unit); why != "" {
				t.Skip(why)
			}
			b := openFor(t, options)
			if unit == "like tiles" {
				b.useUnit(likeTiles(b))
				b.bf16.kern.kc = 48
			}
			return b
		}
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("unit=%s/workers=%d", unit, workers), func(t *testing.T) {
				b, one := open(t, workers), open(t, 1)
				for round, shape := range [][2]int{{90, 45}, {700, 33}, {40, 3}, {3, 200}, {64, 64}, {65, 97}, {1, 1}, {128, 96}} {
					h := &history{T: t, rng: rand.New(rand.NewPCG(61, uint64(round))), b: b, one: one, unforced: round%2 == 1}
					h.spec = blas.DenseSpec{In: shape[0], Out: shape[1], MaxBatch: 2000, Precision: []blas.Precision{blas.BF16, blas.BF16x3, blas.BF16x6}[round%3]}
					h.plan = h.fresh(b)
					h.check(blas.SetWeights(h.plan, h.draw(shape[0], shape[1]), h.draw(1, shape[1]).Data[:shape[1]]))
					big := max(bf16Batch, min(600, (bf16Work+shape[0]*shape[1]-1)/(shape[0]*shape[1])))
					for range 12 {
						h.step([]int{0, 1, 5, 17, min(big, 40), big - 1, big, big}[h.rng.IntN(8)])
					}
				}
			})
		}
	}
}

// TestTrainsInBF16 is where batches begin to be multiplied in bf16.
func TestTrainsInBF16(t *testing.T) {
	b := &Backend{}
	for _, tt := range []struct {
		in, out, rows int
		want          bool
	}{{64, 64, 128, true}, {64, 64, 127, false}, {512, 512, 8, true}, {512, 512, 7, false}, {1024, 1024, 1, false}} {
		p := &bf16Plan{plan: &plan{b: b, spec: blas.DenseSpec{In: tt.in, Out: tt.out}}}
		if got := p.trainsInBF16(tt.rows); got != tt.want {
			t.Errorf("%d rows of %d×%d: %v, want %v", tt.rows, tt.in, tt.out, got, tt.want)
		}
	}
}

// TestFetch shows that what finish writes, and the parameters and state that
// it reads, is what tiles were told to fetch.
func TestFetch(t *testing.T) {
	b := openFor(t, Options{Workers: 1, Unit: kernels.UnitGeneric})
	rng := rand.New(rand.NewPCG(62, 63))
	for _, shape := range [][2]int{{90, 70}, {64, 33}, {33, 5}, {7, 64}} {
		for _, p := range []blas.Precision{blas.Float32, blas.BF16, blas.BF16x3} {
			d, err := b.Dense(blas.DenseSpec{In: shape[0], Out: shape[1], MaxBatch: 4, Precision: p})
			if err != nil {
				t.Fatal(err)
			}
			dz := blas.Matrix{Rows: 4, Cols: shape[1], Stride: shape[1], Data: make([]float32, 4*shape[1])}
			x := blas.Matrix{Rows: 4, Cols: shape[0], Stride: shape[0]}
			var j gradientJob
			if plan, ok := d.(*plan); ok {
				j = plan.gradientJob(x, dz, false, newMomentum(plan))
				plan.transposed.refresh()
				j.derived = &plan.transposed
			} else {
				plan := d.(*bf16Plan)
				j = plan.gradientJob(x, dz, false, newMomentum(plan))
				if err := plan.pairs.refreshTransposed(); err != nil {
					t.Fatal(err)
				}
				j.derived = &plan.pairs
			}
			plan := j.plan
			written := [][]float32{plan.params, j.state[0]}
			if p == blas.Float32 {
				written = append(written, plan.transposed.data)
			} else {
				written = append(written, d.(*bf16Plan).pairs.weights, d.(*bf16Plan).pairs.transposed)
			}
			scratch := make([]float32, j.derived.scratchSize())
			for q := range plan.panels() {
				for i0 := 0; i0 < shape[0]; i0 += 14 {
					i1 := min(i0+14, shape[0])
					var x prefetch
					j.fetch(&x, i0, i1, q)
					listed := map[*float32]bool{}
					size := 0
					for _, r := range x.ranges[:x.count] {
						for i := range r {
							listed[&r[i]] = true
						}
						size += len(r)
					}
					before := make([][]float32, len(written))
					for i, v := range written {
						before[i] = slices.Clone(v)
					}
					own := make([]float32, (i1-i0+1)*b.kern.NR)
					for i := range own {
						own[i] = 1 + rng.Float32()
					}
					j.finish(i0, i1, q, own, scratch)
					for i, v := range written {
						for e := range v {
							if math.Float32bits(v[e]) != math.Float32bits(before[i][e]) && !listed[&v[e]] {
								t.Fatalf("%v, %s, rows %d to %d of panel %d: element %d of vector %d was written and not listed", shape, p, i0, i1, q, e, i)
							}
						}
					}
					// Rows of Wᵀ are listed with the whole panels that they lie in.
					if most := 64 * 32 * 4; size > most {
						t.Fatalf("%v, %s: %d elements listed, want %d at most", shape, p, size, most)
					}
				}
			}
		}
	}
}
