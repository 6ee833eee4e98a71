package nn_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// built is a layer that is what its function builds.
type built func(b layer.Builder, x layer.Value) (layer.Value, error)

func (built) String() string                                              { return "built" }
func (f built) Build(b layer.Builder, x layer.Value) (layer.Value, error) { return f(b, x) }

// idleStage is a stage that does nothing.
type idleStage struct {
	layer.Plain
	out     tensor.Shape
	tensors []*tensor.Tensor
}

func (s idleStage) Out() tensor.Shape                                           { return s.out }
func (s idleStage) Tensors() []*tensor.Tensor                                   { return s.tensors }
func (idleStage) Forward(*layer.Pass, tensor.Matrix, tensor.Matrix) error       { return nil }
func (idleStage) Backward(_ *layer.Pass, _, _, _, dx tensor.Matrix) (err error) { return nil }

// handsOn is a stage that says that it hands on its input.
type handsOn struct{ idleStage }

func (handsOn) Passive() {}

func weight() []*tensor.Tensor { return []*tensor.Tensor{{Name: "weight", Dims: []int{2}}} }

// TestBuildersRefuse lists what layers may do wrong when they are built: each is an error that names
// the layer and says what is the matter.
func TestBuildersRefuse(t *testing.T) {
	var elsewhere layer.Value // a value of another network, of the same shape and number
	taking := built(func(_ layer.Builder, x layer.Value) (layer.Value, error) { elsewhere = x; return x, nil })
	if _, err := nn.New(tensor.Shape{2}, layer.Stack(taking, layer.Dense(1))); err != nil {
		t.Fatal(err)
	}
	deep := layer.Layer(layer.Dense(2))
	for range 10_000 {
		deep = layer.Stack(deep)
	}
	shared := weight()
	shared[0].Value, shared[0].Grad = make([]float32, 2), make([]float32, 2)
	square := func(y, slope, z []float32) {}
	apply := func(f layer.Function) layer.Layer {
		return built(func(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Apply(x, f) })
	}
	stage := func(s layer.Stage) layer.Layer {
		return built(func(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Stage(x, s) })
	}
	for name, c := range map[string]struct {
		layer layer.Layer // the second of a stack, for two features
		where string
		want  string
	}{
		"a value of another network": {built(func(b layer.Builder, _ layer.Value) (layer.Value, error) {
			return b.Dense(elsewhere, layer.Affine{Out: 3})
		}), "1", "none of this network's"},
		"a value of another network, added":    {built(func(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Add(x, elsewhere) }), "1", "none of this network's"},
		"a value of another network, returned": {built(func(b layer.Builder, x layer.Value) (layer.Value, error) { return elsewhere, nil }), "1", "none of this network's"},
		"no value":                             {built(func(b layer.Builder, x layer.Value) (layer.Value, error) { return layer.Value{}, nil }), "1", "none of this network's"},
		"a value of another shape": {built(func(b layer.Builder, x layer.Value) (layer.Value, error) {
			x.Shape = tensor.Shape{3}
			return b.Dense(x, layer.Affine{Out: 3})
		}), "1", "none of this network's"},
		"a value that nobody reads": {built(func(b layer.Builder, x layer.Value) (layer.Value, error) {
			if _, err := b.Layer(layer.Dense(7), x); err != nil {
				return x, err
			}
			return b.Layer(layer.Dense(2), x)
		}), "1.0", "layer 1.0 (dense 2→7): nobody reads what comes out of it: Build has to return it, or to build something on it"},
		"two tensors of one name": {built(func(b layer.Builder, x layer.Value) (layer.Value, error) {
			y, err := b.Dense(x, layer.Affine{Out: 2})
			if err != nil {
				return y, err
			}
			return b.Dense(y, layer.Affine{Out: 2})
		}), "1", "two tensors called layers.1.weight"},
		"one stage twice": {built(func(b layer.Builder, x layer.Value) (layer.Value, error) {
			s := idleStage{out: x.Shape, tensors: weight()}
			y, err := b.Stage(x, s)
			if err != nil {
				return y, err
			}
			return b.Stage(y, s)
		}), "1", "shares memory"},
		"memory twice":                  {layer.Stack(stage(idleStage{out: tensor.Shape{2}, tensors: shared}), stage(idleStage{out: tensor.Shape{2}, tensors: shared})), "1.1", "its tensor weight shares memory with weight of layer 1.0"},
		"no shape":                      {stage(idleStage{}), "1", "rows of shape [] come out"},
		"a shape of nothing":            {stage(idleStage{out: tensor.Shape{2, 0}}), "1", "rows of shape [2 0] come out"},
		"too many features":             {stage(idleStage{out: tensor.Shape{1 << 20, 1 << 20}}), "1", "features"},
		"a size that overflows":         {stage(idleStage{out: tensor.Shape{math.MaxInt, 2}}), "1", "come out"},
		"handing on other features":     {stage(handsOn{idleStage{out: tensor.Shape{3}}}), "1", "3 features come out of a stage that hands on its input, want the 2 that go in"},
		"a residual of nothing":         {layer.Residual(), "1", "at least one layer"},
		"a residual of nil":             {layer.Residual(nil), "1.0", "the layer is nil"},
		"a residual of another width":   {layer.Residual(layer.Dense(3)), "1", "of 2 features and 3"},
		"a concat of nothing":           {layer.Concat(), "1", "at least one branch"},
		"a concat of nil":               {layer.Concat(layer.Dense(1), nil), "1.1", "the layer is nil"},
		"a stack of nil":                {layer.Stack(layer.Dense(1), nil), "1.1", "the layer is nil"},
		"deep within":                   {layer.Residual(layer.Concat(layer.Dense(1), layer.Stack(layer.Dropout(2)))), "1.0.1.0", "probability is 2"},
		"too deep":                      {deep, "1." + strings.Repeat("0.", 61) + "0", "nested more than 62 deep"},
		"a sum of nothing":              {built(func(b layer.Builder, _ layer.Value) (layer.Value, error) { return b.Add() }), "1", "a sum of nothing"},
		"a concatenation of nothing":    {built(func(b layer.Builder, _ layer.Value) (layer.Value, error) { return b.Concat() }), "1", "a concatenation of nothing"},
		"a function without Apply":      {apply(layer.Function{Name: "square", Slope: square}), "1", "the function square has no Apply"},
		"a function without Slope":      {apply(layer.Function{Name: "square", Apply: func(y, z []float32) {}}), "1", "an Apply but no Slope"},
		"a function of no name":         {apply(layer.Function{Kernel: kernels.ReLU}), "1", "no name"},
		"a kernel that is none":         {apply(layer.Function{Name: "square", Kernel: 99}), "1", "activation"},
		"an element without a function": {activation.Element("square", nil), "1", "square: function is nil"},
		"dense, a nil option":           {layer.Dense(3, nil), "1", "option 0 is nil"},
		"dense, a nil initialiser":      {layer.Dense(3, layer.Init(nil)), "1", "initialiser is nil"},
		"dense of nothing":              {layer.Dense(0), "1", "number of neurons is 0"},
		"layer_norm, a nil option":      {layer.LayerNorm(nil), "1", "option 0 is nil"},
		"layer_norm, epsilon":           {layer.LayerNorm(layer.Epsilon(0)), "1", "epsilon is 0"},
		"batch_norm, a nil option":      {layer.BatchNorm(layer.Momentum(0.2), nil), "1", "option 1 is nil"},
		"batch_norm, epsilon":           {layer.BatchNorm(layer.Epsilon(math.NaN())), "1", "epsilon is NaN"},
		"batch_norm, momentum":          {layer.BatchNorm(layer.Momentum(1.5)), "1", "momentum is 1.5"},
		"prelu, a nil option":           {activation.PReLU(nil), "1", "option 0 is nil"},
		"dropout of all":                {layer.Dropout(1), "1", "probability is 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(2), c.layer))
			var which *nn.LayerError
			if !errors.As(err, &which) || which.Name != c.where {
				t.Fatalf("New returned %v, want a *LayerError about layer %s", err, c.where)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("New returned %q, want it to say %q", err, c.want)
			}
		})
	}
}

// TestDeepestNetworkIsRead: whatever can be built can be saved and read again.
func TestDeepestNetworkIsRead(t *testing.T) {
	deep := layer.Layer(layer.Dense(2, layer.Init(constantInit(1))))
	depth := 0
	for ; ; depth++ {
		net, err := nn.New(tensor.Shape{2}, deep)
		if err != nil {
			break
		}
		defer net.Close()
		if _, err := nn.Layers().Parse(strings.ReplaceAll(deep.String(), "constant", "he_normal()")); err != nil {
			t.Fatalf("%d deep: %v", depth, err)
		}
		deep = layer.Residual(deep)
	}
	if depth < 50 {
		t.Errorf("networks are at most %d deep", depth)
	}
}

// TestContainersKeepTheirLayers: what happens to a list after it was given does not count.
func TestContainersKeepTheirLayers(t *testing.T) {
	for name, of := range map[string]func(...layer.Layer) layer.Container{"stack": layer.Stack, "residual": layer.Residual, "concat": layer.Concat} {
		list := []layer.Layer{layer.Dense(2), activation.ReLU()}
		c := of(list...)
		want := c.String()
		list[0] = c // or it would lie within itself
		c.Layers()[1] = nil
		if got := c.String(); got != want {
			t.Errorf("%s is %s, was %s", name, got, want)
		}
	}
}

// TestElementsThatPanic: the error names the layer, wherever the function is applied.
func TestElementsThatPanic(t *testing.T) {
	x := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 2, 3, 4}}
	for name, before := range map[string]layer.Layer{
		"block": layer.Dense(2), "stage": layer.LayerNorm(), "sum": layer.Residual(layer.Dense(2)), "alone": layer.Dropout(0.1),
	} {
		panics := false
		l := activation.Element("fragile", func(z float32) (y, slope float32) {
			if panics {
				panic(fmt.Sprint("fragile at ", z))
			}
			return z, 1
		})
		net := newNetwork(t, 2, []layer.Layer{layer.Dense(2), before, l, layer.Dense(1)})
		tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(0.1))
		if err != nil {
			t.Fatal(err)
		}
		target := data.Values(tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 2}})
		weights := allWeights(t, net)
		for _, panics = range []bool{true, false} {
			_, trained := tr.Step(x, target)
			_, predicted := net.Predict(x)
			for what, err := range map[string]error{"Step": trained, "Predict": predicted} {
				var which *nn.LayerError
				var panicked *nn.PanicError
				switch {
				case !panics && err != nil:
					t.Errorf("%s, %s: %v once nothing panics", name, what, err)
				case panics && (!errors.As(err, &which) || !errors.As(err, &panicked) || !strings.Contains(which.Layer, "fragile")):
					t.Errorf("%s, %s: %v, want the panic as the error of the layer", name, what, err)
				}
			}
			if panics {
				sameBits(t, "weights after a panic", allWeights(t, net), weights)
			}
		}
	}
}
