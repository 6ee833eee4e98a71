package nn

import (
	"testing"

	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestPartEnd shows that the parts of a prediction cover it and differ by a row at
// most.
func TestPartEnd(t *testing.T) {
	for _, rows := range []int{1, 2, 255, 256, 257, 511, 512, 513, 60000, 65281} {
		least, most := predictRows, 0
		lo := 0
		for lo < rows {
			hi := partEnd(lo, rows)
			if hi <= lo || hi > rows {
				t.Fatalf("%d rows: a part is [%d, %d)", rows, lo, hi)
			}
			least, most = min(least, hi-lo), max(most, hi-lo)
			lo = hi
		}
		if most > predictRows || most-least > 1 {
			t.Errorf("%d rows: parts of %d to %d", rows, least, most)
		}
	}
}

// TestSinkState shows that a backend is told of the state that an update will
// touch.
func TestSinkState(t *testing.T) {
	for _, c := range []struct {
		rule optim.Rule
		want int
	}{{optim.SGD(0.1), 0}, {optim.SGD(0.1, optim.Momentum(0.9)), 1}, {optim.Adam(0.1), 2}} {
		net, err := New(tensor.Shape{3}, layer.Stack(layer.Dense(2)))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		o, err := NewOptimizer(net, c.rule)
		if err != nil {
			t.Fatal(err)
		}
		state := o.sinks[0].State()
		if len(state) != c.want {
			t.Errorf("%s: %d vectors, want %d", c.rule, len(state), c.want)
		}
		for i, v := range state {
			if len(v) != 8 || &v[0] != &o.trainables[0].slots[i][0] {
				t.Errorf("%s: vector %d is not the optimizer's", c.rule, i)
			}
		}
	}
}
