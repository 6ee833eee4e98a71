package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// poisoning is an op that is told about before each call.
type poisoning struct {
	op
	before func(back bool)
}

func (p poisoning) forward(n *node, m *memory) error { p.before(false); return p.op.forward(n, m) }

func (p poisoning) backward(n *node, w *workspace, dz tensor.Matrix) error {
	p.before(true)
	return p.op.backward(n, w, dz)
}

// poison makes NaN of all of m but the batches that are wanted and spans that are kept.
func poison(m *memory, rows int, wanted []placement, spans [][2]int) {
	keep := make([]bool, len(m.floats))
	for _, p := range wanted {
		for i := range rows {
			for j := range p.cols {
				keep[p.offset+i*p.stride+j] = true
			}
		}
	}
	for _, s := range spans {
		for i := range s[1] {
			keep[s[0]+i] = true
		}
	}
	for i := range m.floats {
		if !keep[i] {
			m.floats[i] = float32(math.NaN())
		}
	}
}

// placement is where a batch lies.
type placement struct{ offset, stride, cols int }

// valueAt is where value v, or the gradient at it, lies.
func valueAt(l *layout, v int, gradient bool) placement {
	p := &l.values[v]
	root := &l.values[p.within]
	at := placement{root.offset, arena.Stride(root.size), p.size}
	if gradient {
		at.offset = root.gradient
	}
	if p.within != v {
		at.offset += p.column
	}
	return at
}

// poisonTraining makes every node of net find NaN wherever nothing lies that somebody is still
// to read. It knows from the ops what they read, and nothing of moments.
func poisonTraining(net *Network) {
	w, l := net.work, net.work.layout
	for i, n := range net.nodes {
		n.op = poisoning{n.op, func(back bool) {
			var wanted []placement
			var spans [][2]int
			for v, val := range net.values {
				later := slices.ContainsFunc(val.readers, func(r int) bool { return r >= i })
				if v != 0 && (v == net.output || later && !back || net.kept(v)) && (back || val.from < i) {
					wanted = append(wanted, valueAt(l, v, false))
				}
				if back && w.wants(v) && w.written[v] && (val.from <= i || net.nodes[val.from].op.keepsGradient()) {
					wanted = append(wanted, valueAt(l, v, true))
				}
			}
			for j, m := range net.nodes {
				if !back && j >= i {
					continue
				}
				if m.slopes() {
					wanted = append(wanted, placement{l.nodes[j].slope, arena.Stride(net.values[m.out].size), net.values[m.out].size})
				}
				spans = append(spans, [2]int{l.nodes[j].kept, l.nodes[j].keptFloats})
			}
			poison(&w.memory, w.values[0].Rows, wanted, spans)
		}}
	}
}

// poisonPrediction does the same for a prediction.
func poisonPrediction(net *Network, p *predictor, rows int) {
	for i, n := range net.nodes {
		n.op = poisoning{n.op, func(bool) {
			var wanted []placement
			for v, val := range net.values {
				root := p.layout.values[v].within
				if p.layout.own(root) && val.from < i && slices.ContainsFunc(val.readers, func(r int) bool { return r >= i }) {
					wanted = append(wanted, valueAt(p.layout, v, false))
				}
			}
			poison(&p.memory, rows, wanted, nil)
		}}
	}
}

// restoreOps ends the poisoning.
func restoreOps(net *Network) {
	for _, n := range net.nodes {
		n.op = n.op.(poisoning).op
	}
}

// TestMemoryIsWantedOnce takes random networks through passes that find NaN between any two nodes in
// all memory that nobody is to read any more: results are those of the twin, and predictions to
// the bit what they are otherwise.
func TestMemoryIsWantedOnce(t *testing.T) {
	graphs := uint64(500)
	if testing.Short() {
		graphs = 60
	}
	b := openBackend(t, "native")
	for number := range graphs {
		rows := 2 + int(number%5)
		net, root, x, dy := randomGraph(t, 1000+number, rows, Backend(b), InputGradient())
		what := fmt.Sprintf("graph %d", 1000+number)
		if _, err := net.Forward(x); err != nil { // makes the workspace
			t.Fatalf("%s: %v: %v", what, err, root)
		}
		predicted, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}

		net.passes = 0
		poisonTraining(net)
		y, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a second Backward finds all that it needs too
			net.gathered = gathered{}
			if err := net.Backward(dy); err != nil {
				t.Fatal(err)
			}
		}
		restoreOps(net)
		net.uncommitted = false
		compareTwin(t, what, passResults(net, y), net, root, x, dy, true)

		p := net.predictors.take()
		poisonPrediction(net, p, rows)
		again := newMatrix(rows, net.outputs)
		for i := range again.Data {
			again.Data[i] = float32(math.NaN())
		}
		if err := p.run(x, again); err != nil {
			t.Fatal(err)
		}
		restoreOps(net)
		for i := range rows {
			if !slices.Equal(rowOf(again, i), rowOf(predicted, i)) {
				t.Errorf("%s: prediction in poisoned memory: %v, want %v\n%v", what, rowOf(again, i), rowOf(predicted, i), root)
				break
			}
		}
		net.Close()
	}
}

// TestMemoryIsUsedAgain bounds what layouts take: what nobody wants any more makes room for others.
func TestMemoryIsUsedAgain(t *testing.T) {
	const rows, width = 16, 64
	batch := rows * arena.Stride(width)
	chain := func(l layer.Layer, n int) []layer.Layer {
		return append(slices.Repeat([]layer.Layer{l}, n), layer.Dense(width))
	}
	d := layer.Dense(width)
	for _, c := range []struct {
		name               string
		layers             []layer.Layer
		training, predicts int // batches
	}{
		// Gradients of blocks are kept, for the update; the input is the caller's.
		{"dense", []layer.Layer{d}, 2, 0},
		{"two dense", []layer.Layer{d, d}, 4, 1},
		{"ten dense", slices.Repeat([]layer.Layer{d}, 10), 20, 2},
		// Nobody reads again what goes through dropout, but for the last block. GELU's slopes stay.
		{"dropout", append([]layer.Layer{d}, chain(layer.Dropout(0.1), 10)...), 5, 1},
		{"slopes", append([]layer.Layer{d}, chain(activation.GELU(), 10)...), 15, 2},
		{"residual dropout", []layer.Layer{d, layer.Residual(layer.Dropout(0.1)), layer.Residual(layer.Dropout(0.1))}, 4, 2},
		// A sum lies where what it adds has been.
		{"residual", []layer.Layer{d, layer.Residual(d, activation.ReLU(), d), d}, 9, 3},
		// Parts lie side by side from the start.
		{"concat", []layer.Layer{layer.Concat(layer.Dense(width/2), layer.Dense(width/2))}, 2, 0},
	} {
		net, err := New(tensor.Shape{width}, layer.Stack(c.layers...), MaxBatch(rows))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		if got := newLayout(net.graph, rows, true).floats; got > c.training*batch {
			t.Errorf("%s: training takes %.2f batches, want at most %d", c.name, float64(got)/float64(batch), c.training)
		}
		if got := newLayout(net.graph, rows, false).floats; got > c.predicts*batch {
			t.Errorf("%s: predicting takes %.2f batches, want at most %d", c.name, float64(got)/float64(batch), c.predicts)
		}
		if got, most := newLayout(net.graph, rows, true).floats, rows*int(rowFloats(net.graph)); got > most {
			t.Errorf("%s: training takes %d floats, more than the %d that are reckoned with", c.name, got, most)
		}
	}
	// And of any network it is less than what is reckoned with.
	for number := range uint64(200) {
		net, root, _, _ := randomGraph(t, number, rows)
		if got, most := newLayout(net.graph, rows, true).floats, rows*int(rowFloats(net.graph)); got > most {
			t.Errorf("graph %d: training takes %d floats, more than the %d that are reckoned with: %v", number, got, most, root)
		}
		net.Close()
	}
}
