package bench

import (
	"testing"
)

func TestProductWork(t *testing.T) {
	p := Product{NN, 2, 3, 5}
	if got, want := p.FLOPs(), 60.0; got != want {
		t.Errorf("FLOPs = %v, want %v", got, want)
	}
	if got, want := p.Bytes(), 4.0*(6+15+10); got != want {
		t.Errorf("Bytes = %v, want %v", got, want)
	}
	if got, want := p.String(), "op=nn/m=2/k=3/n=5"; got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
}

// TestStepWork counts one small network by hand.
func TestStepWork(t *testing.T) {
	s := TrainStep{Sizes: []int{3, 4, 2}, Batch: 5, Activation: "relu", Loss: "ce", Optimizer: "adam"}
	if got, want := s.Parameters(), 4*4+5*2; got != want {
		t.Errorf("Parameters = %d, want %d", got, want)
	}
	// Forward 3·4 and 4·2, data gradient 4·2, weight gradients 3·4 and 4·2.
	if got, want := s.FLOPs(), 2.0*5*(12+8+8+12+8); got != want {
		t.Errorf("FLOPs = %v, want %v", got, want)
	}
	phases := s.Phases()
	if len(phases) != 6 {
		t.Fatalf("%d phases, want 6: %v", len(phases), phases)
	}
	last := phases[5]
	if want := 4.0*5*(3+4) + 24*16; last.Name != "backward weights 1" || last.Bytes != want {
		t.Errorf("last phase %+v, want %v bytes", last, want)
	}
}

func TestSuiteIsWhole(t *testing.T) {
	products := Products()
	// Each shape in three orders; the layer of 1024 at a batch of 1024 is the
	// cube again.
	if want := 3 * (len(Layers)*len(Batches) + len(Cubes) + len(Primes) - 1); len(products) != want {
		t.Errorf("%d products, want %d", len(products), want)
	}
	seen := map[Product]bool{}
	for _, p := range products {
		if seen[p] {
			t.Errorf("%v is there twice", p)
		}
		seen[p] = true
	}
	for _, want := range []Product{{NN, 64, 784, 512}, {NT, 64, 512, 784}, {TN, 784, 64, 512}, {NN, 4, 4, 4}, {TN, 2048, 2048, 2048}} {
		if !seen[want] {
			t.Errorf("%v is missing", want)
		}
	}
	if len(Steps()) != 10 {
		t.Errorf("%d steps, want 10", len(Steps()))
	}
}
