package nn

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// mostOf is the largest distance between numbers of two lists.
func mostOf(a, b []float64) (most float64) {
	for i := range a {
		if d := math.Abs(a[i] - b[i]); !(d <= most) {
			most = d
		}
	}
	return most
}

func flatten(m [][]float64) (all []float64) {
	for _, row := range m {
		all = append(all, row...)
	}
	return all
}

func widened(m tensor.Matrix) (all []float64) {
	for i := range m.Rows {
		for _, v := range rowOf(m, i) {
			all = append(all, float64(v))
		}
	}
	return all
}

// twinResults are all that a twin has to say, by name.
func twinResults(t *testing.T, net *Network, root layer.Layer, x, dy tensor.Matrix, training bool, noise float64, seed uint64) (results map[string][]float64, awkward bool) {
	w, out := newGraphTwin(t, net, root, x, training, noise, seed)
	results = map[string][]float64{"output": flatten(out.v)}
	if training {
		results["input"] = flatten(w.backward(out, dy))
		for name, g := range w.grads {
			results[name] = g
		}
	}
	return results, w.awkward
}

// compareTwin expects what net has computed, by name, as far from the twin's as rounding may bring it. It
// reports whether the twin could tell.
func compareTwin(t *testing.T, what string, got map[string][]float64, net *Network, root layer.Layer, x, dy tensor.Matrix, training bool) bool {
	t.Helper()
	want, awkward := twinResults(t, net, root, x, dy, training, 0, 0)
	if awkward {
		return false
	}
	// A deviation that float32 may have is at most some times what random errors show in four
	// trials: 3 for the largest of many, 4 for vector functions of a few ulp, 2 for sums of more terms.
	const room = 24
	spread := map[string]float64{}
	for seed := range uint64(4) {
		moved, _ := twinResults(t, net, root, x, dy, training, 1, seed+1)
		for name, values := range moved {
			spread[name] = max(spread[name], mostOf(values, want[name]))
		}
	}
	for name, values := range got {
		largest := mostOf(want[name], make([]float64, len(want[name])))
		tolerance := room*spread[name] + 8*0x1p-24*largest + 0x1p-100
		if len(values) != len(want[name]) {
			t.Fatalf("%s: %s has %d numbers, want %d", what, name, len(values), len(want[name]))
		}
		for i, v := range values {
			if d := math.Abs(v - want[name][i]); !(d <= tolerance) {
				t.Errorf("%s: %s [%d] is %v, want %v ± %.2g\n%v", what, name, i, v, want[name][i], tolerance, root)
				return true
			}
		}
	}
	return true
}

// passResults are what a network has computed in a training pass.
func passResults(net *Network, y tensor.Matrix) map[string][]float64 {
	got := map[string][]float64{"output": widened(y)}
	if net.inputGradient {
		got["input"] = widened(net.work.inputGradient)
	}
	for _, b := range net.blocks {
		w, bias, err := b.unpack(b.plan.Gradients())
		if err != nil {
			panic(err)
		}
		got[tensorName(b.name, "weight")] = widened(testMatrix(b.out, b.in, func(i, j int) float32 { return w.Data[j*b.out+i] }))
		if !b.noBias {
			got[tensorName(b.name, "bias")] = widened(testMatrix(1, b.out, func(_, j int) float32 { return bias[j] }))
		}
	}
	for _, s := range net.stages {
		for _, p := range s.params {
			got[tensorName(s.name, p.Name)] = widened(testMatrix(1, len(p.Grad), func(_, j int) float32 { return p.Grad[j] }))
		}
	}
	return got
}

// awkwardGraphs are networks in which values lie within one another, where one might be
// overwritten that is still wanted.
func awkwardGraphs() []layer.Layer {
	dense := layer.Dense
	return []layer.Layer{
		layer.Concat(layer.Stack(), layer.Stack()),
		layer.Concat(layer.Stack(), layer.Stack(), layer.Dropout(0.5), layer.Stack()),
		layer.Residual(layer.Concat(layer.Stack(dense(2), activation.Tanh()), dense(4))), // summed where the parts lie
		layer.Residual(layer.Concat(layer.Residual(dense(6), activation.GELU()))),
		layer.Residual(layer.Stack()),
		layer.Residual(layer.Residual(layer.Residual(layer.Dropout(0.2)))),
		layer.Residual(layer.Dropout(0.5), layer.Dropout(0.5)),
		layer.Concat(layer.Residual(dense(6)), layer.Residual(layer.LayerNorm(), activation.Sigmoid())),
		// A sum where a value has been that dropout has handed on, to who reads it later.
		web{layers: []layer.Layer{dense(6), layer.Dropout(0.5), dense(6)}, reads: []int{0, 1, 2}, sums: [][]int{nil, {1, 0}, {2, 3}}, out: []int{2, 4, 5}},
		web{layers: []layer.Layer{activation.Tanh(), activation.Tanh(), dense(6)}, reads: []int{0, 1, 1}, sums: [][]int{{1, 0, 1}, {2, 3, 2}, nil}, out: []int{5, 4, 1, 5}},
	}
}

// compareGraph takes net through a prediction and a training pass, twice, since what the first has left must not show,
// and reports whether the twin could tell about it.
func compareGraph(t *testing.T, what string, net *Network, root layer.Layer, x, dy tensor.Matrix) bool {
	t.Helper()
	y, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	compareTwin(t, what+" predicts", map[string][]float64{"output": widened(y)}, net, root, x, dy, false)
	for range 2 {
		if y, err = net.Forward(x); err != nil {
			t.Fatalf("%s: %v: %v", what, err, root)
		}
		net.gathered, net.uncommitted, net.passes = gathered{}, false, 0
		if err = net.Backward(dy); err != nil {
			t.Fatal(err)
		}
		net.uncommitted = false
	}
	return compareTwin(t, what, passResults(net, y), net, root, x, dy, true)
}

// TestGraphsAgainstTwin takes random networks through training passes and predictions.
func TestGraphsAgainstTwin(t *testing.T) {
	graphs := uint64(120)
	if testing.Short() {
		graphs = 30
	}
	for _, name := range []string{"native", "gonum"} {
		b := openBackend(t, name)
		t.Run(name, func(t *testing.T) {
			told := 0
			for number := range graphs {
				opts := []Option{Backend(b)}
				if number%2 == 0 {
					opts = append(opts, InputGradient())
				}
				net, root, x, dy := randomGraph(t, number, 2+int(number%5)*int(number%7), opts...)
				if compareGraph(t, fmt.Sprintf("graph %d", number), net, root, x, dy) {
					told++
				}
			}
			for i, l := range awkwardGraphs() {
				root := layer.Stack(layer.Dense(6), activation.Tanh(), l, layer.Dense(3))
				net, err := New(tensor.Shape{5}, root, Backend(b), InputGradient())
				if err != nil {
					t.Fatal(err)
				}
				defer net.Close()
				x := testMatrix(7, 5, func(i, j int) float32 { return float32((i*5+j)%11)/5 - 1 })
				dy := testMatrix(7, 3, func(i, j int) float32 { return float32((i*3+j)%7)/3 - 1 })
				if !compareGraph(t, fmt.Sprintf("awkward graph %d", i), net, root, x, dy) {
					t.Errorf("the twin cannot tell about graph %d", i)
				}
			}
			if told < int(graphs)/4 {
				t.Errorf("the twin could tell about %d of %d networks: the test does not say much", told, graphs)
			}
		})
	}
}
