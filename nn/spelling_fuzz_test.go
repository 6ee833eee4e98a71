package nn

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// reread expects that what a catalogue reads is spelt so that it reads the same again.
func reread[P fmt.Stringer](t *testing.T, c catalog.Catalog[P], text string) (P, bool) {
	part, err := c.Parse(text)
	if err != nil {
		return part, false
	}
	spelt := part.String()
	again, err := c.Parse(spelt)
	if err != nil || again.String() != spelt {
		t.Errorf("%q is read as %q, and that as %v, %v", text, spelt, again, err)
	}
	return part, true
}

// FuzzSpellings reads texts by every catalogue, and builds the layers that come of them: there is an error, or
// a network that predicts.
func FuzzSpellings(f *testing.F) {
	seed := func(name, example string) { f.Add(cmp.Or(example, name)) }
	for _, p := range Layers().Parts() {
		seed(p.Name, p.Example)
	}
	for _, p := range loss.Catalog().Parts() {
		seed(p.Name, p.Example)
	}
	for _, p := range optim.Rules().Parts() {
		seed(p.Name, p.Example)
	}
	for _, p := range optim.Schedules().Parts() {
		seed(p.Name, p.Example)
	}
	for _, p := range initial.Catalog().Parts() {
		seed(p.Name, p.Example)
	}
	for _, p := range metric.Catalog().Parts() {
		seed(p.Name, p.Example)
	}
	f.Add("stack(concat(select([0, 3]), embedding(1, 5, 2)), residual(layer_norm, dense(4, bias=false)), dense(2, init=he_normal))")
	f.Add("groups(muon(lr=0.1), by_name(\"a*\", freeze))")
	f.Fuzz(func(t *testing.T, text string) {
		reread(t, loss.Catalog(), text)
		reread(t, optim.Rules(), text)
		reread(t, optim.Schedules(), text)
		reread(t, initial.Catalog(), text)
		reread(t, metric.Catalog(), text)
		l, ok := reread(t, Layers(), text)
		if !ok {
			return
		}
		b := openBackend(t, "gonum")
		g, err := build(tensor.Shape{4}, l, &config{backend: b})
		if err != nil || rowFloats(g) > 1<<12 || parameters(g) > 1<<14 {
			return
		}
		net, err := New(tensor.Shape{4}, l, Backend(b), MaxBatch(2))
		if err != nil {
			return
		}
		defer net.Close()
		x := testMatrix(2, 4, func(i, j int) float32 { return float32(i + j%2) })
		if y, err := net.Predict(x); err == nil && (y.Rows != 2 || y.Cols != net.Outputs()) {
			t.Errorf("%q predicts %d×%d, want 2×%d", text, y.Rows, y.Cols, net.Outputs())
		}
	})
}

// parameters is how many numbers a graph trains.
func parameters(g *graph) (total int) {
	for _, n := range g.nodes {
		total += n.size()
	}
	return total
}
