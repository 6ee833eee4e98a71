package native

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// likeTiles is the generic unit with the demands of AMX: A by rows, many rows at
// a time, k a multiple of 16.
func likeTiles(b *Backend) *kernels.Pairs {
	u := *b.bf16.unit
	u.RowMajor, u.KStep, u.MaxRows = true, 16, 4*u.Product.MR
	tile := u.Product.Tile
	u.Product.Tile = func(m, n, k int, a *float32, rsa, csa int, b *float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32, next *float32, ldNext int) {
		if csa != 1 || k%16 != 0 || m > u.MaxRows {
			panic("a tile that AMX has not")
		}
		tile(m, n, k, a, rsa, csa, b, ldb, s, lds, c, ldc, floor, next, ldNext)
	}
	at := func(p *float32, i int) *float32 {
		if p == nil {
			return nil
		}
		return (*float32)(unsafe.Add(unsafe.Pointer(p), 4*i))
	}
	panels := func(products int) kernels.Panels {
		return func(panels, m, n, k int, a *float32, rsa, planeA int, b *float32, ldb, planeB, panelB int, s *float32, lds, panelS int, c *float32, ldc, panelC int, floor float32) {
			if panels > 1 && n != u.Product.NR {
				panic("panels that do not follow one another")
			}
			for q := range panels {
				to, from, start := at(c, q*panelC), at(b, q*panelB), at(s, q*panelS)
				ldStart := lds
				for i, term := range kernels.Terms(products) {
					if i > 0 {
						start, ldStart = to, ldc
					}
					least := floor
					if i < products-1 {
						least = noFloor
					}
					u.Product.Tile(m, n, k, at(a, term.A*planeA), rsa, 1, at(from, term.B*planeB), ldb, start, ldStart, to, ldc, least, nil, 0)
				}
			}
		}
	}
	u.Panels1, u.Panels3, u.Panels6 = panels(1), panels(3), panels(6)
	return &u
}

// layerPasses returns what the three products of a layer give.
func layerPasses(t *testing.T, b *Backend, p blas.Precision, batch, in, out int) [][]float32 {
	t.Helper()
	rng := rand.New(rand.NewPCG(41, uint64(batch*in*out)))
	draw := func(rows, cols int) blas.Matrix {
		m := blas.Matrix{Rows: rows, Cols: cols, Stride: cols + rng.IntN(3)}
		m.Data = make([]float32, rows*m.Stride)
		for i := range m.Data {
			m.Data[i] = float32(math.NaN()) // beside the matrix
			if i%m.Stride < cols {
				m.Data[i] = 2*rng.Float32() - 1
			}
		}
		return m
	}
	plan, err := b.Dense(blas.DenseSpec{In: in, Out: out, MaxBatch: batch, Precision: p})
	if err != nil {
		t.Fatal(err)
	}
	if err := blas.SetWeights(plan, draw(in, out), draw(1, out).Data[:out]); err != nil {
		t.Fatal(err)
	}
	x, dz, y, dx := draw(batch, in), draw(batch, out), draw(batch, out), draw(batch, in)
	for _, err := range []error{
		plan.Forward(x, y),
		plan.BackwardData(dz, dx, blas.Slope{}, false),
		plan.BackwardWeights(x, dz, false, nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return [][]float32{y.Data, dx.Data, plan.Gradients()}
}

// TestTilesAndVectors shows that a unit of tiles, which takes its operands in
// other layouts, gives the bits of one of vectors that adds in the same order,
// on one worker and on two.
func TestTilesAndVectors(t *testing.T) {
	for _, workers := range []int{1, 2} {
		b := openFor(t, Options{Workers: workers, Unit: kernels.UnitGeneric})
		vectors, tiles := b.bf16.unit, likeTiles(b)
		for _, shape := range [][3]int{{1, 1, 1}, {3, 2, 33}, {33, 31, 17}, {64, 70, 64}, {275, 45, 66}, {40, 300, 9}, {70, 40, 200}} {
			for _, p := range []blas.Precision{blas.BF16, blas.BF16x3, blas.BF16x6} {
				batch, in, out := shape[0], shape[1], shape[2]
				b.useUnit(vectors)
				want := layerPasses(t, b, p, batch, in, out)
				b.useUnit(tiles)
				// A chain of bf16 may be cut anywhere; with pieces each part of k adds
				// its small products first.
				if p == blas.BF16 {
					b.bf16.kern.kc = 32
				}
				for i, got := range layerPasses(t, b, p, batch, in, out) {
					for e := range got {
						if !sameNumber(got[e], want[i][e]) {
							t.Fatalf("%d workers, %s, %v: product %d, element %d is %v, want %v", workers, p, shape, i, e, got[e], want[i][e])
						}
					}
				}
			}
		}
	}
}

// TestRound compares all forms of rounded matrices with pairs that are put
// together here, on one worker and shared by two.
func TestRound(t *testing.T) {
	for _, workers := range []int{1, 2} {
		b := openFor(t, Options{Workers: workers, Unit: kernels.UnitGeneric})
		rng := rand.New(rand.NewPCG(42, 43))
		for _, step := range []int{1, 16} {
			unit := *b.bf16.unit
			unit.KStep = step
			b.useUnit(&unit)
			for _, shape := range [][2]int{{1, 1}, {2, 3}, {31, 33}, {300, 97}, {97, 300}, {515, 512}} {
				rows, cols := shape[0], shape[1]
				src := blas.Matrix{Rows: rows, Cols: cols, Stride: arena.Stride(cols), Data: arena.Float32(rows * arena.Stride(cols))}
				for i := range src.Data {
					src.Data[i] = 2*rng.Float32() - 1
				}
				at := func(i, j int) float32 {
					if i < rows && j < cols {
						return src.Data[i*src.Stride+j]
					}
					return 0
				}
				for _, form := range []pairing{pairRows, pairColumns, pairColumnsTransposed, pairPanels} {
					for pieces := 1; pieces <= 3; pieces++ {
						height, width := rows, b.bf16.depth(cols)
						pair := func(r, c int) (float32, float32) { return at(r, 2*c), at(r, 2*c+1) }
						switch form {
						case pairColumns, pairPanels:
							height, width = b.bf16.depth(rows), cols
							pair = func(r, c int) (float32, float32) { return at(2*r, c), at(2*r+1, c) }
						case pairColumnsTransposed:
							height, width = cols, b.bf16.depth(rows)
							pair = func(r, c int) (float32, float32) { return at(2*c, r), at(2*c+1, r) }
						}
						rounding := b.newRounding(src, form, pieces)
						x, _, err := b.roundAll(&rounding)
						if err != nil {
							t.Fatal(err)
						}
						plane, ld := rounding.plane, rounding.ld
						for r := range height {
							for c := range width {
								var two [2]float32
								two[0], two[1] = pair(r, c)
								var want [3]float32
								unit.FromRows(1, 2, &two[0], 2, pieces, &want[0], 1, 1)
								for i := range pieces {
									at := i*plane + r*ld + c
									if form == pairPanels {
										nr := b.kern.NR
										first := c / nr * nr
										at = i*plane + first*height + r*min(nr, cols-first) + c - first
									}
									if got := x.mem[at]; math.Float32bits(got) != math.Float32bits(want[i]) {
										t.Fatalf("%d workers, form %d of %d×%d, piece %d: (%d, %d) is %08x, want %08x", workers, form, rows, cols, i, r, c, math.Float32bits(got), math.Float32bits(want[i]))
									}
								}
							}
						}
						b.scratch.put(x)
					}
				}
			}
		}
	}
}

// TestRoundSpecial shows that an infinity is noticed wherever it stands, in all forms.
func TestRoundSpecial(t *testing.T) {
	for _, workers := range []int{1, 2} {
		b := openFor(t, Options{Workers: workers, Unit: kernels.UnitGeneric})
		for _, at := range [][2]int{{-1, 0}, {0, 0}, {45, 45}, {299, 99}, {299, 0}, {0, 99}} {
			src := blas.Matrix{Rows: 300, Cols: 100, Stride: 100, Data: make([]float32, 300*100)}
			if at[0] >= 0 {
				src.Data[at[0]*100+at[1]] = float32(math.Inf(-1))
			}
			for _, form := range []pairing{pairRows, pairColumns, pairColumnsTransposed, pairPanels} {
				rounding := b.newRounding(src, form, 2)
				x, got, err := b.roundAll(&rounding)
				if err != nil {
					t.Fatal(err)
				}
				if got != (at[0] >= 0) {
					t.Errorf("%d workers, form %d, infinity at %v: special is %v", workers, form, at, got)
				}
				b.scratch.put(x)
			}
		}
	}
}
