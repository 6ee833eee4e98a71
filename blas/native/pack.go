package native

import (
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// copySize is how many floats localCopy needs for rows rows of A.
func (p *product) copySize(rows int) int {
	if p.csa == 1 {
		return rows * arena.Stride(p.k)
	}
	return p.k * arena.Stride(rows)
}

// localCopy returns the product of rows [i0, i1) alone, reading A, times
// alpha, from a copy in mem whose leading dimension avoids cache-set
// conflicts. What is contiguous in A, rows or columns, stays so: the
// microkernel reads either.
func (p *product) localCopy(set *kernels.Set, mem []float32, i0, i1 int, alpha float32) product {
	local := *p
	local.m = i1 - i0
	local.s = p.s[i0*p.lds:]
	local.c = p.c[i0*p.ldc:]
	local.a = mem
	lines, length, step := local.m, p.k, p.rsa
	if p.csa == 1 {
		local.rsa = arena.Stride(length)
	} else {
		lines, length, step = p.k, local.m, p.csa
		local.csa = arena.Stride(length)
	}
	from, ld := p.a[i0*p.rsa:], arena.Stride(length)
	for r := range lines {
		line := mem[r*ld : r*ld+length]
		copy(line, from[r*step:])
		if alpha != 1 {
			set.Scale(alpha, line)
		}
	}
	return local
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
