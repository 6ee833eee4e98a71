package native

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
