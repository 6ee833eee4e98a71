package native

// Workers that have rounded an operand together take turns at its memory: each reads
// what the others wrote, and by the next product has to take the lines back from them
// before it can write its part. A line costs some 5 ns, on a Zen 4, more than rounding what
// it holds. Few workers are faster if each rounds for itself the lines that its tasks
// read, all of them if need be, in memory that nobody else sees. Two workers of a
// Zen 4, forward products in bf16, µs together and apart:
//
//	32×784×128     43    19        64×512×512      99    81
//	128×784×128   116    66        256×512×512    379   302

// apartWorkers is up to how many workers round for themselves. Each of them then rounds
// what one would round alone, at most, and by the figures above four that share it gain
// nothing from that; only two have been measured.
const apartWorkers = 4

// apartPairs is how many pairs an operand may have: of more, lines have left other workers'
// caches before they are written again, 1 MiB being what many a core has for its own.
const apartPairs = 1 << 18

// apartStrips is in how many strips, of lines that a task reads, an operand may be
// rounded: there is a bit for each.
const apartStrips = 64

// apart are the operands that workers round for themselves.
type apart struct {
	a, b    roundJob
	workers []apartWorker
}

// apartWorker are what one worker has of them.
type apartWorker struct {
	a, b pairsSoFar
}

// pairsSoFar are pairs of some strips of an operand's lines.
type pairsSoFar struct {
	mem  *scratch
	done uint64 // a bit for each strip
}

// roundApart reports whether the workers on g round operands for themselves. Those of
// sums of products of pieces are rounded already: see roundPieces.
func (p *product) roundApart(g *grid) bool {
	return p.unrounded > 0 && p.m*p.k <= apartPairs && (!p.unroundedB() || p.n*p.k <= apartPairs) &&
		g.most > 1 && g.most <= apartWorkers && g.down <= apartStrips && g.tasks/g.down <= apartStrips
}

// begin prepares the operands of p for so many workers. It is called, as end is, by
// the owner of the pool.
func (x *apart) begin(b *Backend, p *product, workers int) {
	x.a = p.roundingA(b)
	p.setA(&x.a)
	if p.unroundedB() {
		x.b = p.roundingB(b)
		p.planeB = x.b.plane
	}
	for w := range x.workers[:workers] {
		x.workers[w].a = pairsSoFar{mem: b.spare.get(x.a.size(), w)}
		if p.unroundedB() {
			x.workers[w].b = pairsSoFar{mem: b.spare.get(x.b.size(), w)}
		}
	}
	if x.a.form == pairColumnsTransposed {
		b.spare.reserve(workers, roundPairs*roundColumns)
	}
}

// end gives back what begin took.
func (x *apart) end(b *Backend) {
	for w := range x.workers {
		for _, s := range []*pairsSoFar{&x.workers[w].a, &x.workers[w].b} {
			if s.mem != nil {
				b.spare.put(s.mem)
				*s = pairsSoFar{}
			}
		}
	}
	x.a, x.b = roundJob{}, roundJob{}
}

// strip returns the pairs of an operand, among which are those of lines [lo, hi), strip
// number i.
func (s *pairsSoFar) strip(j *roundJob, i, lo, hi int) []float32 {
	if s.done&(1<<i) == 0 {
		j.part(s.mem.worker, s.mem.mem, lo, hi)
		s.done |= 1 << i
	}
	return s.mem.mem
}
