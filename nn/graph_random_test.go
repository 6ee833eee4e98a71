package nn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// randomLayers grows layers for networks that nest whatever there is.
type randomLayers struct {
	*rand.Rand
	left int // how many it may still grow
}

// grow returns a layer for rows of in features, and how many come out.
func (r *randomLayers) grow(in, depth int) (layer.Layer, int) {
	r.left--
	names := []string{"dense", "dense", "dense", "unbiased", "relu", "tanh", "gelu", "leaky_relu", "mish", "sigmoid", "identity", "prelu", "prelu(per_feature=true)", "dropout(0.3)", "dropout(0)", "layer_norm", "rms_norm", "batch_norm", "layer_norm(affine=false)", "rms_norm(affine=false)", "batch_norm(affine=false)"}
	if depth < 4 && r.left > 0 {
		names = append(names, "stack", "stack", "residual", "residual", "concat", "concat", "web", "web")
	}
	switch name := names[r.IntN(len(names))]; name {
	case "dense":
		out := 1 + r.IntN(20)
		return layer.Dense(out), out
	case "unbiased":
		out := 1 + r.IntN(20)
		return layer.Dense(out, layer.NoBias()), out
	case "stack":
		layers, out := r.several(in, depth)
		return layer.Stack(layers...), out
	case "residual":
		layers, out := r.several(in, depth)
		if out != in {
			layers = append(layers, layer.Dense(in))
		}
		if len(layers) == 0 {
			layers = append(layers, layer.Dense(in))
		}
		return layer.Residual(layers...), in
	case "concat":
		var branches []layer.Layer
		width := 0
		for range 1 + r.IntN(3) {
			layers, out := r.several(in, depth)
			branches = append(branches, layer.Stack(layers...))
			width += out
		}
		return layer.Concat(branches...), width
	case "web":
		return r.web(in, depth)
	default:
		l, err := Layers().Parse(name)
		if err != nil {
			panic(err)
		}
		return l, in
	}
}

func (r *randomLayers) several(in, depth int) (layers []layer.Layer, out int) {
	out = in
	for range r.IntN(4) {
		var l layer.Layer
		l, out = r.grow(out, depth+1)
		layers = append(layers, l)
	}
	return layers, out
}

// web is a layer of one's own that has several values about at the same time, all of one
// width, and reads them as often as it likes.
type web struct {
	layers []layer.Layer // each on the value of that number
	reads  []int
	sums   [][]int // of values so far
	out    []int   // set beside each other
}

func (r *randomLayers) web(in, depth int) (layer.Layer, int) {
	var w web
	values := 1
	read := map[int]bool{}
	for range 1 + r.IntN(3) {
		at := r.IntN(values)
		l, out := r.grow(in, depth+1)
		if out != in {
			l = layer.Stack(l, layer.Dense(in))
		}
		read[at] = true
		w.layers, w.reads = append(w.layers, l), append(w.reads, at)
		values++
		if r.IntN(2) == 0 {
			var sum []int
			for range 1 + r.IntN(3) {
				sum = append(sum, r.IntN(values))
				read[sum[len(sum)-1]] = true
			}
			w.sums = append(w.sums, sum)
			values++
		} else {
			w.sums = append(w.sums, nil)
		}
	}
	for v := range values {
		if !read[v] || r.IntN(4) == 0 {
			w.out = append(w.out, v)
		}
	}
	if r.IntN(3) == 0 {
		w.out = append(w.out, w.out[0])
	}
	return w, len(w.out) * in
}

func (w web) String() string {
	return fmt.Sprintf("web(%v, reads=%v, sums=%v, out=%v)", w.layers, w.reads, w.sums, w.out)
}

func (w web) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	values := []layer.Value{x}
	for i, l := range w.layers {
		v, err := b.Layer(l, values[w.reads[i]])
		if err != nil {
			return layer.Value{}, err
		}
		values = append(values, v)
		if w.sums[i] == nil {
			continue
		}
		var terms []layer.Value
		for _, v := range w.sums[i] {
			terms = append(terms, values[v])
		}
		if v, err = b.Add(terms...); err != nil {
			return layer.Value{}, err
		}
		values = append(values, v)
	}
	var out []layer.Value
	for _, v := range w.out {
		out = append(out, values[v])
	}
	return b.Concat(out...)
}

// randomGraph is a network of that number, and its input and the gradient at its outputs.
func randomGraph(t *testing.T, number uint64, rows int, opts ...Option) (net *Network, root layer.Layer, x, dy tensor.Matrix) {
	t.Helper()
	rng := rand.New(rand.NewPCG(number, 17))
	r := &randomLayers{rng, 4 + rng.IntN(16)}
	in := 1 + rng.IntN(17)
	var layers []layer.Layer
	out := in
	for range 1 + rng.IntN(5) {
		var l layer.Layer
		l, out = r.grow(out, 0)
		layers = append(layers, l)
	}
	root = layer.Stack(append(layers, layer.Dense(3))...)
	if rng.IntN(3) == 0 {
		root = layer.Stack(append([]layer.Layer{layer.Dense(in)}, layers...)...)
	}
	net, err := New(tensor.Shape{in}, root, append([]Option{Seed(number), MaxBatch(rows)}, opts...)...)
	if err != nil {
		t.Fatalf("graph %d: %v: %v", number, root, err)
	}
	t.Cleanup(func() { net.Close() })
	normal := func(rows, cols int) tensor.Matrix {
		return testMatrix(rows, cols, func(_, _ int) float32 { return float32(rng.NormFloat64()) })
	}
	for _, s := range net.stages { // first values are too simple
		for _, t := range s.all {
			for i := range t.Value {
				t.Value[i] += float32(rng.Float64())/2 + 0.01
			}
		}
	}
	return net, root, normal(rows, in), normal(rows, net.Outputs())
}
