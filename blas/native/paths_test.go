package native

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/kernels"
)

// TestPaths says which way products go.
func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		m, n, k int
		rows    bool // of C = A·B
		dots    bool // of C = A·Bᵀ
	}{
		{1, 512, 784, true, true},
		{3, 32, 31, true, false},
		{3, 31, 32, false, true},
		{4, 512, 512, false, true},
		{8, 2048, 32, false, true},
		{9, 2048, 255, false, false},
		{32, 512, 256, false, true},
		{33, 512, 2048, false, false},
		{784, 256, 1, true, false},
		{784, 255, 1, false, false},
		{2048, 1024, 8, true, false},
		{2048, 1023, 8, false, false},
		{2048, 2048, 9, false, false},
	} {
		if rows, dots := gainsByRows(tt.m, tt.n, tt.k), gainsByDots(tt.m, tt.k); rows != tt.rows || dots != tt.dots {
			t.Errorf("%d×%d×%d: by rows %v, by dots %v; want %v, %v", tt.m, tt.n, tt.k, rows, dots, tt.rows, tt.dots)
		}
	}
}

// TestSmall says which products of plans are done tile by tile.
func TestSmall(t *testing.T) {
	for _, tt := range []struct {
		workers, m, n, k, stride int
		want                     bool
	}{
		{1, 64, 64, 64, 80, true}, {1, 65, 64, 64, 80, false},
		{2, 8, 8, 8, 16, true}, {2, 64, 64, 64, 80, false}, // 262144 multiply-adds are to be shared
		{1, 13, 9, 2048, 2064, true}, {1, 13, 9, 2048, 2048, false}, // lines conflict
		{1, 13, 20, 512, 512, true},
	} {
		b := openFor(t, Options{Workers: tt.workers, ISA: kernels.Sets()[len(kernels.Sets())-1].ISA})
		b.kern.rate = min(b.kern.rate, 100)
		p := product{kern: &b.kern, m: tt.m, n: tt.n, k: tt.k, a: left{rs: tt.stride, cs: 1}, b: right{packed: true}}
		if b.kern.NR/2 < 9 {
			continue // tiles of other widths
		}
		if got := b.small(&p); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// TestLittleWork says which products are small, those among them whose work an int of
// 32 bits does not hold.
func TestLittleWork(t *testing.T) {
	for _, tt := range []struct {
		m, n, k int
		want    bool
	}{{64, 64, 64, true}, {64, 64, 65, false}, {2048, 2048, 1024, false}, {1 << 14, 1 << 14, 1 << 14, false}, {1, 1, smallWork, true}} {
		if got := littleWork(tt.m, tt.n, tt.k); got != tt.want {
			t.Errorf("%d×%d×%d: %v", tt.m, tt.n, tt.k, got)
		}
	}
}

// TestCutPanels says how products that do not come out even are cut for two workers:
// large ones into panels.
func TestCutPanels(t *testing.T) {
	kern := &kernel{Product: kernels.Product{MR: 14, NR: 32}, tuning: tuningOf(cpu.AVX512, cpu.Zen4)}
	for _, tt := range []struct {
		m, n, k int
		columns int
	}{{509, 523, 521, 1}, {127, 137, 131, 1}, {512, 512, 512, 4}, {67, 523, 8, 5}, {511, 300, 8, 2}} {
		p := product{kern: kern, m: tt.m, n: tt.n, k: tt.k, a: left{cs: 1}, b: right{packed: true}}
		g := p.cut(2, p.work())
		if g.columns != tt.columns {
			t.Errorf("%d×%d×%d: tasks of %d panels, want %d: %+v", tt.m, tt.n, tt.k, g.columns, tt.columns, g)
		}
	}
}

// TestRowsAndTiles shows that a product has the same bits row by row and tile
// by tile, on one worker and on three.
func TestRowsAndTiles(t *testing.T) {
	for _, set := range kernels.Sets() {
		for _, s := range [][3]int{{1, 1100, 300}, {3, 300, 37}, {70, 1030, 8}, {300, 257, 1}} {
			m, n, k := s[0], s[1], s[2]
			a, x := random(m, k), random(k, n)
			var want []float32
			for _, workers := range []int{1, 3} {
				b, err := Open(Options{ISA: set.ISA, Workers: workers})
				if err != nil {
					t.Fatal(err)
				}
				rows, tiles := random(m, n), random(m, n)
				if err := b.gemmRows(k, &a, false, &x, &rows, false); err != nil {
					t.Fatal(err)
				}
				err = b.multiply(&multiplyJob{product: product{
					kern: &b.kern, m: m, n: n, k: k,
					a: left{data: a.Data, rs: k, cs: 1, alpha: 1},
					b: right{data: x.Data, rs: n, cs: 1},
					c: result{data: tiles.Data, ld: n, panel: b.kern.NR, floor: noFloor},
				}})
				if err != nil {
					t.Fatal(err)
				}
				b.Close()
				if want == nil {
					want = tiles.Data
				}
				for i := range want {
					bits := math.Float32bits(want[i])
					if math.Float32bits(rows.Data[i]) != bits || math.Float32bits(tiles.Data[i]) != bits {
						t.Fatalf("%s, %d workers, %v: element %d is %v by rows, %v by tiles, want %v", set.ISA, workers, s, i, rows.Data[i], tiles.Data[i], want[i])
					}
				}
			}
		}
	}
}

// TestNarrowAndTiles shows that the gradient of a narrow layer has the same
// bits as its transpose and by tiles, from zero and from C, on one worker and on three.
func TestNarrowAndTiles(t *testing.T) {
	for _, set := range kernels.Sets() {
		kern := &kernel{Product: set.Product}
		for _, s := range [][3]int{{kern.NR, 1, 1}, {5*kern.NR + 3, 2, 37}, {784, min(kern.MR, kern.NR/2), 1500}} {
			m, n, k := s[0], s[1], s[2]
			if !kern.narrow(m, n) || kern.narrow(kern.NR-1, n) || kern.narrow(m, kern.NR/2+1) {
				t.Fatalf("%s: %d×%d is not what narrow tells from others", set.ISA, m, n)
			}
			a, x := random(k, m), random(k, n)
			for _, workers := range []int{1, 3} {
				for _, beta := range []float32{0, 1} {
					b, err := Open(Options{ISA: set.ISA, Workers: workers})
					if err != nil {
						t.Fatal(err)
					}
					want, got := random(m, n), random(m, n)
					for i := 0; i < m; i += kern.MR {
						rows := min(kern.MR, m-i)
						start := &want.Data[i*n]
						if beta == 0 {
							start = nil
						}
						kern.Tile(rows, n, k, &a.Data[i], 1, m, &x.Data[0], n, start, n, &want.Data[i*n], n, noFloor, nil, 0)
					}
					if err := b.Gemm(blas.Trans, blas.NoTrans, 1, a, x, beta, got); err != nil {
						t.Fatal(err)
					}
					b.Close()
					for i := range want.Data {
						if math.Float32bits(want.Data[i]) != math.Float32bits(got.Data[i]) {
							t.Fatalf("%s, %d workers, %v, beta %v: element %d is %v, want %v", set.ISA, workers, s, beta, i, got.Data[i], want.Data[i])
						}
					}
				}
			}
		}
	}
}

// random returns a rows×cols matrix that depends on its size only.
func random(rows, cols int) blas.Matrix {
	rng := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	m := blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	for i := range m.Data {
		m.Data[i] = 2*rng.Float32() - 1
	}
	return m
}
