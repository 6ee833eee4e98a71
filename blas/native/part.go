package native

import "github.com/neurona-ml/neurona/internal/arena"

// part is what columns [p0, p1) of A and as many rows of B add to the sums of a task.
type part struct {
	product       // by value: the compiler would take one on a stack to the heap for a pointer in here
	i0      int   // the task's first row of C
	height  int   // its rows
	rows    tiles // that cover them

	p0, p1      int
	first, last bool      // of the task's parts
	bias        []float32 // B, if sums start at its bias
	panel       []float32 // room for a panel of B
	prefetch    *prefetch // what tiles fetch while they are at it

	// A tile that starts r rows into the task finds A at from[r*step], with
	// these steps from row to row and column to column. In a copy of a transposed A
	// the step from column to column is the tile's height.
	from             []float32
	step             int
	rowStep, colStep int
}

// begin prepares for the rows [i0, i1) of p.
func (x *part) begin(p *product, i0, i1 int) {
	x.product, x.i0, x.height, x.prefetch = *p, i0, i1-i0, nil
	x.rows = p.tiles(i1 - i0)
	if x.bias = nil; p.b.bias {
		x.bias = p.b.data
	}
}

// take goes on to part t of so many, with copies in local.
func (x *part) take(t, parts int, local []float32) {
	x.p0, x.p1 = x.bounds(t, parts)
	x.first, x.last = t == 0, t == parts-1
	if x.b.copied {
		size := x.depth() * x.kern.NR
		x.panel, local = local[:size], local[size:]
	}
	if x.a.copied {
		x.copyA(local)
	} else if x.k > 0 {
		x.from, x.step, x.rowStep, x.colStep = x.a.data[x.i0*x.a.rs+x.p0*x.a.cs:], x.a.rs, x.a.rs, x.a.cs
	}
}

// copyA copies the task's rows of this part's columns of A, times alpha, to
// local. Rows that are contiguous in A stay so, at a leading dimension without
// cache-set conflicts; a transposed A is packed tile by tile.
func (x *part) copyA(local []float32) {
	k := x.p1 - x.p0
	from := x.a.data[x.i0*x.a.rs+x.p0*x.a.cs:]
	x.from = local
	if x.a.cs == 1 {
		x.step = arena.Stride(k)
		x.rowStep, x.colStep = x.step, 1
		for r := range x.height {
			row := local[r*x.step : r*x.step+k]
			copy(row, from[r*x.a.rs:])
			if x.a.alpha != 1 {
				x.kern.scale(x.a.alpha, row)
			}
		}
		return
	}
	x.step, x.rowStep, x.colStep = k, 1, 0
	r := 0
	for t := range x.rows.count {
		m := x.rows.of(t, r)
		x.kern.PackRows(k, m, &from[r], x.a.cs, &local[r*k])
		r += m
	}
	if x.a.alpha != 1 {
		x.kern.scale(x.a.alpha, local[:r*k])
	}
}

// takeB returns this part's rows of panel q of B and their leading dimension.
func (x *part) takeB(q, width int) (b *float32, ldb int) {
	k := x.p1 - x.p0
	switch {
	case k == 0:
		return nil, 0
	case x.b.packed:
		return &x.b.data[q*x.b.panel+x.p0*width], width
	case !x.b.copied:
		return &x.b.data[q*x.kern.NR+x.p0*x.b.rs], x.b.rs
	}
	from := &x.b.data[q*x.kern.NR*x.b.cs+x.p0*x.b.rs]
	if x.b.cs == 1 {
		x.kern.PackRows(k, width, from, x.b.rs, &x.panel[0])
	} else {
		x.kern.Transpose(width, k, from, x.b.cs, &x.panel[0], width)
	}
	return &x.panel[0], width
}

// nextB returns where this part's rows of panel q of B are, and their distance,
// if B is row-major. Packed panels follow one another, so that a tile that
// fetches its own rows ahead does as well, and better for few rows: 1×512×784
// packed 48 GFLOP/s, and 39 with the next panel's rows.
func (x *part) nextB(q int) (b *float32, ldb int) {
	if x.b.packed || x.b.cs != 1 || x.p0 == x.p1 {
		return nil, 0
	}
	return &x.b.data[q*x.kern.NR+x.p0*x.b.rs], x.b.rs
}

// addPanels adds this part's products to the sums of panels [q0, q1). With more,
// others are to follow.
func (x *part) addPanels(q0, q1 int, more bool) {
	for q := q0; q < q1; q++ {
		x.addPanel(q, more || q+1 < q1)
	}
}

// addPanel adds this part's products to the sums of panel q, tile by tile.
//
// With more, the next panel is to follow: unless there is something else to fetch, the
// last tile fetches its rows of a row-major B. They come from L3 or memory, each on a
// page of its own, which no hardware foresees.
func (x *part) addPanel(q int, more bool) {
	width := x.width(q)
	b, ldb := x.takeB(q, width)
	c, ldc, s, lds, floor := x.sums(q, width)
	var a, next *float32
	ldNext := 0
	colStep, r := x.colStep, 0
	for t := range x.rows.count {
		m := x.rows.of(t, r)
		if x.colStep == 0 {
			colStep = m
		}
		if b != nil {
			a = &x.from[r*x.step]
		}
		if x.prefetch != nil {
			next, ldNext = x.prefetch.rows(x.p1-x.p0, width)
		}
		if more && t == x.rows.count-1 && next == nil {
			next, ldNext = x.nextB(q + 1)
		}
		if lds != 0 {
			s = &c[r*lds]
		}
		x.kern.Tile(m, width, x.p1-x.p0, a, x.rowStep, colStep, b, ldb, s, lds, &c[r*ldc], ldc, floor, next, ldNext)
		r += m
	}
}

// sums returns where this part's sums of panel q go and start, with their leading
// dimensions, and their floor: they are at C already unless this is the first
// part, and the last one applies the floor. s is nil for sums that start at zero.
func (x *part) sums(q, width int) (c []float32, ldc int, s *float32, lds int, floor float32) {
	ldc = x.c.ld
	if ldc == 0 {
		ldc = width
	}
	c = x.c.data[q*x.c.panel+x.i0*ldc:]
	switch {
	case x.c.add || !x.first:
		s, lds = &c[0], ldc
	case x.bias != nil:
		s = &x.bias[q*x.b.panel+x.k*width]
	}
	floor = noFloor
	if x.last {
		floor = x.c.floor
	}
	return c, ldc, s, lds, floor
}

// fewRows is the most rows of tiles of one vector that read A in place where
// lines conflict: nn 64×10×1024 does 43 GFLOP/s in tiles of 13 rows and 64 in
// tiles of 8, which still cover the latency of the multiply-adds.
const fewRows = 8

// tiles cuts rows rows of A into tiles.
func (p *product) tiles(rows int) tiles {
	if p.n <= p.kern.NR/2 && !p.a.copied && p.conflicts() {
		return evenly(rows, min(p.kern.MR, fewRows), 1)
	}
	return evenly(rows, p.kern.MR, 1)
}

// tiles are count tiles that cover rows: of height rows, the first taller of them
// step rows higher, the last one as high as what is left.
type tiles struct{ rows, count, height, taller, step int }

// evenly cuts rows into as few tiles of at most size rows as possible, of even
// height: 15 rows are 8 and 7, not 14 and 1. Heights are multiples of step, which
// divides size.
func evenly(rows, size, step int) tiles {
	if rows <= size { // most products of few rows: no division
		return tiles{rows, 1, rows, 0, step}
	}
	steps := (rows + step - 1) / step
	count := (rows + size - 1) / size
	return tiles{rows, count, steps / count * step, steps % count, step}
}

// of is the height of tile t, which starts at row r.
func (s tiles) of(t, r int) int {
	if t < s.taller {
		return min(s.height+s.step, s.rows-r)
	}
	return min(s.height, s.rows-r)
}
