// Package roof measures what a machine can do at most: arithmetic on random
// registers, and reading from each level of its memory. A rate means little
// without the roof above it.
package roof

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// Roof is what a machine can do at most, measured on a number of workers at
// once.
type Roof struct {
	FLOPs  float64 // per second: the FMA loop on random registers
	Levels []Level // smallest first
}

// Level is a level of the memory hierarchy.
type Level struct {
	Name      string
	Bytes     float64 // data of this size, over all workers, come from it
	Bandwidth float64 // bytes read per second
}

// levelBytes are the sizes per worker at which bandwidth is measured: well
// inside a 32-KiB L1, a 1-MiB L2 and an L3, and too large for most L3.
var levelBytes = []struct {
	name  string
	bytes int
	fits  float64 // data up to this size per worker count as in this level
}{
	{"L1", 24 << 10, 40 << 10},
	{"L2", 512 << 10, 1536 << 10},
	{"L3", 16 << 20, 96 << 20},
	{"DRAM", 640 << 20, math.Inf(1)},
}

// Measure measures the FMA rate and the bandwidth of the levels that hold up
// to maxBytes.
func Measure(set *kernels.Set, workers int, maxBytes float64) Roof {
	r := Roof{FLOPs: Peak(set, workers)}
	for _, l := range levelBytes {
		r.Levels = append(r.Levels, Level{l.name, l.fits * float64(workers), bandwidth(set, workers, l.bytes)})
		if l.fits*float64(workers) >= maxBytes {
			break
		}
	}
	return r
}

// Peak measures the FMA rate, in FLOP/s, of workers cores at once, on random
// register contents: the best of four runs of one to two milliseconds.
func Peak(set *kernels.Set, workers int) float64 {
	return peak(&set.Product, workers, func(rng *rand.Rand, n int) []float32 { return RandomFloats(rng, n) })
}

// PeakPairs measures the rate of a unit that multiplies bf16 in the same way.
func PeakPairs(u *kernels.Pairs, workers int) float64 {
	return peak(&u.Product, workers, func(rng *rand.Rand, n int) []float32 {
		pairs := arena.Float32(n)
		u.FromRows(1, 2*n, &RandomFloats(rng, 2*n)[0], 2*n, 1, &pairs[0], n, n)
		return pairs
	})
}

func peak(p *kernels.Product, workers int, draw func(rng *rand.Rand, n int) []float32) float64 {
	random := make([][]float32, workers)
	for w := range random {
		random[w] = draw(rand.New(rand.NewPCG(uint64(w), 1)), p.PeakRandom)
	}
	iterations := 1
	run := func() time.Duration {
		return together(workers, func(w int) { p.Peak(iterations, &random[w][0]) })
	}
	for run() < time.Millisecond {
		iterations *= 2
	}
	best := time.Duration(1 << 62)
	for range 4 { // a core may have other work when it is to begin
		best = min(best, run())
	}
	return float64(workers) * float64(iterations) * float64(p.PeakFlops) / best.Seconds()
}

// bandwidth measures how many bytes a second workers cores read from buffers
// of the given size each, the best of a few passes.
func bandwidth(set *kernels.Set, workers, bytes int) float64 {
	buffers := make([][]float32, workers)
	for w := range buffers {
		buffers[w] = arena.Float32(bytes / 4)
		for i := range buffers[w] {
			buffers[w][i] = float32(i&1023) * 0x1p-10
		}
	}
	passes := max(1, (32<<20)/bytes)
	best := time.Duration(1 << 62)
	for range 4 {
		best = min(best, together(workers, func(w int) {
			half := len(buffers[w]) / 2
			for range passes {
				set.Dot(buffers[w][:half], buffers[w][half:2*half])
			}
		}))
	}
	return float64(workers) * float64(passes) * float64(bytes) / best.Seconds()
}

// together runs f for every worker at once and returns how long the slowest
// took.
func together(workers int, f func(w int)) time.Duration {
	if workers == 1 {
		start := time.Now()
		f(0)
		return time.Since(start)
	}
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	ready.Add(workers)
	for w := range workers {
		done.Go(func() {
			ready.Done()
			<-begin
			f(w)
		})
	}
	ready.Wait()
	start := time.Now()
	close(begin)
	done.Wait()
	return time.Since(start)
}

// FMA is what binds work that arithmetic takes longer for than memory.
const FMA = "FMA"

// Seconds is the least time that work can take: what its FLOPs take at the peak
// rate or its bytes at the bandwidth of the level that holds them, whichever
// is longer. bound says which: FMA or the level's name.
func (r Roof) Seconds(flops, bytes float64) (seconds float64, bound string) {
	level := r.Levels[len(r.Levels)-1]
	for _, l := range r.Levels {
		if bytes <= l.Bytes {
			level = l
			break
		}
	}
	compute, memory := flops/r.FLOPs, bytes/level.Bandwidth
	if memory > compute {
		return memory, level.Name
	}
	return compute, FMA
}

// RandomFloats returns n random numbers in [-1, 1): operands of zeros would
// flatter a processor, whose units clock higher on them.
func RandomFloats(rng *rand.Rand, n int) []float32 {
	x := arena.Float32(n)
	for i := range x {
		x[i] = 2*rng.Float32() - 1
	}
	return x
}
