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

// ownWorkers is up to how many workers round for themselves. Each of them then rounds
// what one would round alone, at most, and by the figures above four that share it gain
// nothing from that; only two have been measured.
const ownWorkers = 4

// ownPairs is how many pairs an operand may have: of more, lines have left other workers'
// caches before they are written again, 1 MiB being what many a core has for its own.
const ownPairs = 1 << 18

// ownStrips is in how many strips, of lines that a task reads, an operand may be
// rounded: there is a bit for each.
const ownStrips = 64

// ownOperands are the operands that workers round for themselves.
type ownOperands struct {
	a, b    roundJob
	workers []workerOperands
}

// workerOperands are what one worker has of them.
type workerOperands struct{ a, b pairsSoFar }

// pairsSoFar are pairs of some strips of an operand's lines.
type pairsSoFar struct {
	mem  *scratch
	done uint64 // a bit for each strip
}

// roundsOwn reports whether the workers on g round operands of p for themselves. Those of
// sums of terms are rounded already: see roundPieces.
func (r *rounded) roundsOwn(p *product, g *grid) bool {
	return r.numbers > 0 && p.m*p.k <= ownPairs && (!r.roundsB(p) || p.n*p.k <= ownPairs) &&
		g.most > 1 && g.most <= ownWorkers && g.down <= ownStrips && g.tasks/g.down <= ownStrips
}

// begin prepares the operands of p for so many workers. It is called, as end is, by
// the owner of the pool.
func (x *ownOperands) begin(b *Backend, r *rounded, p *product, workers int) {
	x.a = r.roundingA(b, p)
	r.setA(p, &x.a)
	if r.roundsB(p) {
		x.b = r.roundingB(b, p)
		r.planeB = x.b.plane
	}
	for w := range x.workers[:workers] {
		x.workers[w].a = pairsSoFar{mem: b.scratch.get(x.a.size(), w)}
		if r.roundsB(p) {
			x.workers[w].b = pairsSoFar{mem: b.scratch.get(x.b.size(), w)}
		}
	}
	if x.a.form == pairColumnsTransposed {
		b.scratch.reserve(workers, roundPairs*roundColumns)
	}
}

// end gives back what begin took.
func (x *ownOperands) end(b *Backend) {
	for w := range x.workers {
		for _, s := range []*pairsSoFar{&x.workers[w].a, &x.workers[w].b} {
			if s.mem != nil {
				b.scratch.put(s.mem)
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
		j.round(s.mem.worker, s.mem.mem, lo, hi)
		s.done |= 1 << i
	}
	return s.mem.mem
}
