package native

import (
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// copySize is how many floats copyA needs for rows rows of A.
func (p *product) copySize(kern *kernels.Product, rows int) int {
	return rows * arena.Stride(min(p.k, kern.KC))
}

// packJob copies op(B) to column panels: panel q is [k][width] at
// dst[q*k*NR], NR columns wide or, the last one, what is left.
type packJob struct {
	set      *kernels.Set
	b        []float32
	rsb, csb int // op(B)(p, j) is b[p*rsb+j*csb]; one of them is 1
	k, n     int
	dst      []float32
}

// Task packs panel q.
func (j *packJob) Task(q, _ int) {
	nr := j.set.Product.NR
	width := min(nr, j.n-q*nr)
	dst := j.dst[q*nr*j.k:]
	from := j.b[q*nr*j.csb:]
	if j.csb != 1 {
		j.set.Product.Transpose(width, j.k, &from[0], j.csb, &dst[0], width)
		return
	}
	for p := range j.k {
		copy(dst[p*width:(p+1)*width], from[p*j.rsb:])
	}
}

// runPack packs all panels, on the workers if there is enough to copy.
func (b *Backend) runPack(j *packJob) {
	j.set = b.set
	panels := (j.n + b.set.Product.NR - 1) / b.set.Product.NR
	if j.k*j.n >= wakeCopies && b.pool.TryAcquire() {
		b.pack = *j
		b.pool.Run(&b.pack, panels, b.pool.Workers())
		b.pack = packJob{}
		b.pool.Release()
		return
	}
	for q := range panels {
		j.Task(q, 0)
	}
}

// wakeCopies is the least number of floats worth a second worker to pack: at
// about 2 floats a nanosecond they take 32 µs.
const wakeCopies = 1 << 16
