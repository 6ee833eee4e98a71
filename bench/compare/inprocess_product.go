package main

import (
	"github.com/neurona-ml/neurona/bench"
	"github.com/neurona-ml/neurona/blas"
)

func (r *inProcess) product(p product, tm timing) (answer, error) {
	work, err := r.prepareProduct(p)
	if err != nil {
		return answer{}, err
	}
	if err := work.Do(); err != nil { // warm up, and the result to be checked
		return answer{}, err
	}
	nanos, err := bestTime(work.Do, tm)
	if err != nil {
		return answer{}, err
	}
	c, err := work.Result()
	return answer{Nanos: nanos, Checksum: checksum(c)}, err
}

func (r *inProcess) prepareProduct(p product) (*bench.Multiplication, error) {
	precision, err := r.precision(p.Precision)
	if err != nil {
		return nil, err
	}
	if p.Layout == bench.Plan && r.backend.Name() != "native" {
		return nil, &declined{"its plan is made of plain products"}
	}
	if p.Layout == bench.Plain && precision != blas.Float32 {
		return nil, &declined{"plain products are float32"}
	}
	return bench.NewMultiplication(r.backend, p.Layout, precision, p.Product, fill(streamA), fill(streamB))
}
