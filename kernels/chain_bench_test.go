package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/internal/arena"
)

// BenchmarkChain measures passes with reduction.
func BenchmarkChain(b *testing.B) {
	sigmoid := []Activation{Sigmoid, Sigmoid, Sigmoid, Sigmoid}
	plain := func(_ testing.TB, n int) []float32 { return arena.Float32(n) }
	for _, s := range Sets() {
		chain := &s.Chains[len(s.Chains)-1]
		for _, n := range []chainNet{
			{sizes: []int{2, 2, 1}, activations: sigmoid, rows: 4},
			{sizes: []int{2, 4, 8, 1}, activations: sigmoid, rows: 16},
			{sizes: []int{2, 4, 8, 1}, activations: sigmoid, rows: 192},
			{sizes: []int{16, 16, 16, 1}, activations: sigmoid, rows: 192},
		} {
			if n.rows > ChainRows*chain.Width {
				continue
			}
			for _, pass := range []struct {
				name string
				f    func(*ChainPass)
			}{{"narrow", chain.Narrow}, {"wide", chain.Wide}} {
				c := newChainCase(b, chain, n, rand.New(rand.NewPCG(1, 2)), plain)
				b.Run(fmt.Sprintf("isa=%s/pass=%s/net=%v/rows=%d", s.ISA, pass.name, n.sizes, n.rows), func(b *testing.B) {
					for b.Loop() {
						pass.f(&c.pass)
						chain.Reduce(&c.pass, false)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n.rows), "ns/sample")
				})
			}
		}
	}
}
