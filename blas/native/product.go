package native

import (
	"math"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// kernel is a microkernel with the sizes and thresholds that it is used with.
type kernel struct {
	kernels.Product
	tuning
	step  int // k is cut at multiples of it
	scale func(alpha float32, x []float32)
}

// product is C = max(floor, S + A·B) for an m×k A, a k×n B and an m×n C. B, S
// and C are seen as column panels of NR columns, the last one as wide as what is
// left.
type product struct {
	kern    *kernel
	m, n, k int
	a       left
	b       right
	c       result
	flip    bool // compute Cᵀ: see narrow.go
}

// left is A: element (i, p) is data[i*rs+p*cs], and one of the steps is 1.
type left struct {
	data   []float32
	rs, cs int
	copied bool    // read from a copy
	alpha  float32 // with copied: what to multiply A by
}

// right is B: if packed, panel q is [k][width] at data[q*panel], followed, with bias, by
// a row where the sums start; or else element (p, j) is data[p*rs+j*cs], and one of
// the steps is 1.
type right struct {
	data   []float32
	packed bool
	panel  int
	bias   bool
	rs, cs int
	copied bool // packed panel by panel as they are needed; always if cs is not 1
}

// from is B from panel q on.
func (b *right) from(q, nr int) []float32 {
	if b.packed {
		return b.data[q*b.panel:]
	}
	return b.data[q*nr*b.cs:]
}

// result is C: element (i, j) of panel q is data[q*panel+i*ld+j]; ld 0 stands for the
// panel's width. The sums start at C itself if add is set, at zero if neither that
// nor B's bias is.
type result struct {
	data      []float32
	ld, panel int
	add       bool
	floor     float32 // 0: ReLU; noFloor: none
}

// noFloor is the floor that changes nothing.
var noFloor = float32(math.Inf(-1))

// panels is how many column panels n columns are, and width how many of them panel q has.
func (kern *kernel) panels(n int) int   { return (n + kern.NR - 1) / kern.NR }
func (kern *kernel) width(n, q int) int { return min(kern.NR, n-q*kern.NR) }

// panels and width are those of B and C.
func (p *product) panels() int     { return p.kern.panels(p.n) }
func (p *product) width(q int) int { return p.kern.width(p.n, q) }

// fewTiles is up to how many tiles of A a row-major B is taken in parts half
// as deep: tiles then pass by before what was fetched of the next panel is
// gone. 32×2048×2048 at depths of 256, 768 and 1024: 174, 166, 156 GFLOP/s.
const fewTiles = 5

// depth is how many steps of k a part takes at most.
func (p *product) depth() int {
	if !p.b.packed && p.m <= fewTiles*p.kern.MR {
		return p.kern.kc / 2
	}
	return p.kern.kc
}

// parts is how many parts k is cut into, so that a panel's rows of B stay in L1 or L2
// while all rows of A go by; the rows of A come from L2 or L3 for one panel after
// the other.
func (p *product) parts() int {
	if kc := p.depth(); p.k > kc {
		return (p.k + kc - 1) / kc
	}
	return 1
}

// bounds returns the steps of k that part t of so many takes. They are even: 1100 is
// 2·550, not 1024 and 76.
func (p *product) bounds(t, parts int) (p0, p1 int) {
	if parts == 1 {
		return 0, p.k
	}
	step := p.kern.step
	return p.k / step * t / parts * step, p.k / step * (t + 1) / parts * step
}

// copyAFrom is from how many panels of B on, that go by a task's rows of A, these are read from a
// copy where that is faster: it has to be made. With 2 256×512×512 takes 8 to 15 % longer on two
// workers of a Zen 5, with 8 no product takes more than 2 % longer or 7 % less, AVX-512.
const copyAFrom = 4

// chooseCopies decides which operands tasks of g read from copies.
func (p *product) chooseCopies(g *grid) {
	if p.flip = p.narrow(); p.flip {
		return
	}
	again := g.columns >= copyAFrom
	p.a.copied = p.a.alpha != 1 || again && p.worthCopying()
	p.b.copied = !p.b.packed && (p.b.cs != 1 || g.rows >= p.kern.copyBFrom*p.kern.MR)
}

// worthCopying reports whether A is read faster from a copy, if it is read again and
// again.
func (p *product) worthCopying() bool {
	if p.a.cs != 1 {
		return p.a.cs >= p.kern.inPlaceStride
	}
	return p.conflicts()
}

// conflicts reports whether reading the rows of A in place would keep evicting them:
// lines a multiple of 1 KiB apart share a sixteenth of the L1's sets.
func (p *product) conflicts() bool {
	return max(p.a.rs, p.a.cs)%256 == 0
}

// copySize is how many floats a task needs for copies, for rows rows of A.
func (p *product) copySize(rows int) int {
	if p.flip {
		return p.n * p.kern.NR
	}
	n := 0
	if p.a.copied {
		n += rows * arena.Stride(min(p.k, p.depth()))
	}
	if p.b.copied {
		n += p.depth() * p.kern.NR
	}
	return n
}

// compute does rows [i0, i1) of panels [q0, q1), with copies in local, of copySize
// floats.
func (p *product) compute(local []float32, i0, i1, q0, q1 int) {
	if p.flip {
		p.computeNarrow(local, i0, i1)
		return
	}
	var x part
	x.begin(p, i0, i1)
	for t, parts := 0, p.parts(); t < parts; t++ {
		x.take(t, parts, local)
		x.addPanels(q0, q1, false)
	}
}
