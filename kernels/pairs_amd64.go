//go:build amd64 && !purego

package kernels

import (
	"sync"

	"github.com/neurona-ml/neurona/internal/cpu"
)

// tunedPairs returns the units of processors, whether or not this one has them.
func tunedPairs() []*Pairs { return []*Pairs{amxPairs(), avx512Pairs()} }

// avx512Pairs is the unit of VDPBF16PS: the 14×32 tiles of float32.
func avx512Pairs() *Pairs {
	p := avx512Product()
	p.Tile = tilePairsAVX512
	p.Row, p.Dots, p.DotsMR = nil, nil, 0
	p.Peak, p.PeakFlops = peakPairsAVX512, 2*p.PeakFlops
	return &Pairs{
		Unit: cpu.UnitAVX512, Product: p, MaxRows: p.MR, KStep: 1,
		FromRows: fromRowsAVX512, FromColumns: fromColumnsAVX512,
	}
}

// amxPairs is the unit of AMX: squares of 32×32.
func amxPairs() *Pairs {
	p := avx512Product()
	p.Tile = tileAMX
	p.Row, p.Dots, p.DotsMR = nil, nil, 0
	p.Peak, p.PeakFlops, p.PeakRandom = peakAMX, 16*(16*16*32*2), 8*16*16
	p.MR = 32
	return &Pairs{
		Unit: cpu.UnitAMX, Product: p, RowMajor: true, MaxRows: 384, KStep: 16,
		Panels1: panels1AMX, Panels3: panels3AMX, Panels6: panels6AMX,
		FromRows: fromRowsAVX512, FromColumns: fromColumnsAVX512,
	}
}

// tileAMX is Product.Tile on pairs.
func tileAMX(m, n, k int, a *float32, rsa, _ int, b *float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32, _ *float32, _ int) {
	panels1AMX(1, m, n, k, a, rsa, 0, b, ldb, 0, 0, s, lds, 0, c, ldc, 0, floor)
}

// amxFails multiplies a few numbers on tiles and says what is wrong with the
// result; it is empty if nothing is. It has been seen that a virtual machine
// promises more than it keeps.
var amxFails = sync.OnceValue(func() string {
	const m, n, k = 81, 17, 32 // two whole squares and part of one
	var a [m * k]float32
	var b [k * n]float32
	var got, want [m * n]float32
	for i := range a {
		a[i] = pairOf(float32(i%7-3), float32(i%5-2))
	}
	for i := range b {
		b[i] = pairOf(float32(i%11-5), float32(i%3-1))
	}
	tileAMX(m, n, k, &a[0], k, 1, &b[0], n, nil, 0, &got[0], n, 0, nil, 0)
	tilePairsGeneric(m, n, k, &a[0], k, 1, &b[0], n, nil, 0, &want[0], n, 0, nil, 0)
	if got != want { // small integers: exact
		return "a test product on tiles is wrong"
	}
	return ""
})

// pairsFail says what is wrong with a unit that the processor has.
func pairsFail(unit string) string {
	if unit == cpu.UnitAMX {
		return amxFails()
	}
	return ""
}
