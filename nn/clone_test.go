package nn

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// autoencoder is a network with every kind of tensor, and a batch for it.
func autoencoder(t *testing.T, seed uint64) (*Network, tensor.Matrix) {
	t.Helper()
	net, err := New(tensor.Shape{9}, layer.Stack(
		layer.Dense(6, layer.NoBias()), layer.BatchNorm(), activation.GELU(), layer.Residual(layer.Dense(6), activation.PReLU()), layer.Dense(3),
		activation.Tanh(), layer.Dense(9)), Backend(openBackend(t, "native")), Seed(seed))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net, testMatrix(20, 9, func(i, j int) float32 { return float32((i*7+j*5)%11)/5 - 1 })
}

// learn trains net to give back x, so that buffers are not what they were first.
func learn(t *testing.T, net *Network, x tensor.Matrix) {
	t.Helper()
	tr, err := NewTrainer(net, loss.MSE(), optim.Adam(0.01))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := tr.Step(x, data.Values(x)); err != nil {
			t.Fatal(err)
		}
	}
}

func predictions(t *testing.T, net *Network, x tensor.Matrix) []float32 {
	t.Helper()
	y, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return y.Data
}

// TestClone: a clone answers as its original does, and has nothing in common with it.
func TestClone(t *testing.T) {
	net, x := autoencoder(t, 1)
	learn(t, net, x)
	clone, err := net.Clone()
	if err != nil {
		t.Fatal(err)
	}
	defer clone.Close()
	want, before := predictions(t, net, x), everyTensor(t, net)
	if !slices.Equal(predictions(t, clone, x), want) || !slices.Equal(everyTensor(t, clone), before) {
		t.Error("the clone answers otherwise")
	}
	learn(t, clone, x)
	if !slices.Equal(everyTensor(t, net), before) || slices.Equal(everyTensor(t, clone), before) {
		t.Error("training the clone changes the original, or not the clone")
	}
	other, err := net.Clone(Backend(openBackend(t, "gonum")), Seed(9))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if other.Backend() == net.Backend() || other.Seed() != 9 || !slices.Equal(everyTensor(t, other), before) {
		t.Error("options do not count")
	}
	net.Close()
	if _, err := net.Clone(); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed network: %v", err)
	}
}

// TestPart: the parts of a network, one after the other, answer as the whole does.
func TestPart(t *testing.T) {
	net, x := autoencoder(t, 1)
	learn(t, net, x)
	want := predictions(t, net, x)
	for cut := 1; cut < len(net.Layers()); cut++ {
		encoder, err := net.Part(0, cut)
		if err != nil {
			t.Fatal(err)
		}
		decoder, err := net.Part(cut, len(net.Layers()))
		if err != nil {
			t.Fatal(err)
		}
		code, err := encoder.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		if got := predictions(t, decoder, code); !slices.Equal(got, want) {
			t.Errorf("cut at %d: other answers", cut)
		}
		encoder.Close()
		decoder.Close()
	}
	for _, at := range [][2]int{{0, 0}, {-1, 2}, {2, 1}, {0, 8}} {
		if _, err := net.Part(at[0], at[1]); err == nil {
			t.Errorf("part %v: no error", at)
		}
	}
	residual, err := New(tensor.Shape{3}, layer.Residual(layer.Dense(3)), Backend(openBackend(t, "native")))
	if err != nil {
		t.Fatal(err)
	}
	defer residual.Close()
	if _, err := residual.Part(0, 1); err == nil || !strings.Contains(err.Error(), "want a stack") {
		t.Errorf("a part of a residual: %v", err)
	}
}

// TestAsLayer: a network within another one starts as it was, wherever it stands, and is saved as what it is
// made of.
func TestAsLayer(t *testing.T) {
	net, x := autoencoder(t, 1)
	learn(t, net, x)
	inner, err := net.AsLayer()
	if err != nil {
		t.Fatal(err)
	}
	alone, err := New(tensor.Shape{9}, layer.Dense(9), Backend(net.Backend()), Seed(4))
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	dense, err := alone.AsLayer()
	if err != nil {
		t.Fatal(err)
	}
	retrain := func(from layer.Layer) (*Network, layer.Layer) {
		net, err := New(tensor.Shape{9}, from, Backend(net.Backend()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { net.Close() })
		learn(t, net, x)
		l, err := net.AsLayer()
		if err != nil {
			t.Fatal(err)
		}
		return net, l
	}
	retrained, again := retrain(inner)
	twiceRetrained, third := retrain(layer.Stack(again, layer.Dense(9)))
	alone2, err := New(tensor.Shape{9}, dense, Backend(net.Backend()))
	if err != nil {
		t.Fatal(err)
	}
	defer alone2.Close()
	denseAgain, err := alone2.AsLayer()
	if err != nil {
		t.Fatal(err)
	}
	twice := slices.Concat(predictions(t, net, tensor.Matrix{Rows: 20, Cols: 9, Stride: 9, Data: predictions(t, net, x)}))
	for name, tt := range map[string]struct {
		root layer.Layer
		want []float32
	}{
		"alone":            {inner, predictions(t, net, x)},
		"a single layer":   {dense, predictions(t, alone, x)},
		"one after itself": {layer.Stack(inner, inner), twice},
		"deep":             {layer.Stack(layer.Stack(), layer.Concat(layer.Stack(inner))), predictions(t, net, x)},
		"a layer in a row": {layer.Stack(dense), predictions(t, alone, x)},
		"retrained":        {again, predictions(t, retrained, x)},
		"retrained twice":  {layer.Stack(third), predictions(t, twiceRetrained, x)},
		"a layer of one":   {layer.Stack(denseAgain), predictions(t, alone, x)},
	} {
		outer, err := New(tensor.Shape{9}, tt.root, Backend(net.Backend()), Seed(7))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(predictions(t, outer, x), tt.want) {
			t.Errorf("%s: it does not start as it was", name)
		}
		var file strings.Builder
		if err := outer.Save(&file, nil); err != nil {
			t.Fatal(err)
		}
		read, _, err := Load(strings.NewReader(file.String()), Backend(net.Backend()))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(predictions(t, read, x), tt.want) {
			t.Errorf("%s: it is another one when it is read", name)
		}
		outer.Close()
		read.Close()
	}
	if _, err := New(tensor.Shape{8}, inner, Backend(net.Backend())); err == nil {
		t.Error("rows of another width: no error")
	}
}

// TestAverage: tensors are the means of the networks'.
func TestAverage(t *testing.T) {
	var nets []*Network
	var sum []float64
	for seed := range uint64(3) {
		net, x := autoencoder(t, seed)
		learn(t, net, x)
		nets = append(nets, net)
		for i, bits := range everyTensor(t, net) {
			if len(sum) <= i {
				sum = append(sum, 0)
			}
			sum[i] += float64(math.Float32frombits(bits))
		}
	}
	mean, err := Average(nets...)
	if err != nil {
		t.Fatal(err)
	}
	defer mean.Close()
	for i, bits := range everyTensor(t, mean) {
		if got, want := math.Float32frombits(bits), float32(sum[i]/3); got != want {
			t.Fatalf("number %d is %v, want %v", i, got, want)
		}
	}
	other, err := New(tensor.Shape{9}, layer.Dense(9), Backend(openBackend(t, "native")))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	var mismatch *TensorError
	if _, err := Average(nets[0], other); !errors.As(err, &mismatch) {
		t.Errorf("networks of other layers: %v", err)
	}
	if _, err := Average(); err == nil {
		t.Error("the average of nothing: no error")
	}
}

// TestAnswers: probabilities, classes and the most probable of them, of one network and of several.
func TestAnswers(t *testing.T) {
	var nets []*Network
	for seed := range uint64(3) {
		net, _ := autoencoder(t, seed)
		nets = append(nets, net)
	}
	_, x := autoencoder(t, 0)
	want := make([]float64, 20*9)
	for _, net := range nets {
		y := predictions(t, net, x)
		for i := range 20 {
			total := 0.0
			for _, v := range y[9*i : 9*i+9] {
				total += math.Exp(float64(v))
			}
			for j, v := range y[9*i : 9*i+9] {
				want[9*i+j] += math.Exp(float64(v)) / total / 3
			}
		}
	}
	got, err := Answers(loss.CrossEntropy(), x, nets...)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got.Data {
		if !(math.Abs(float64(v)-want[i]) <= 4*0x1p-24) {
			t.Fatalf("probability %d is %v, want %v", i, v, want[i])
		}
	}
	classes := Classes(got)
	ranked, err := TopK(got, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, class := range classes {
		row := got.Data[9*i : 9*i+9]
		if class != slices.Index(row, slices.Max(row)) || ranked[i][0] != (Ranked{class, row[class]}) || len(ranked[i]) != 2 || !(ranked[i][1].Probability <= row[class]) || ranked[i][1].Class == class {
			t.Errorf("row %v: class %d, ranked %v", row, class, ranked[i])
		}
	}
	nan := float32(math.NaN())
	single := tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0.49, 0.5, 1, nan}}
	if got := Classes(single); !slices.Equal(got, []int{0, 0, 1, -1}) {
		t.Errorf("classes of single probabilities: %v", got)
	}
	if _, err := TopK(single, 1); err == nil {
		t.Error("NaN is ranked")
	}
	single.Rows = 3
	if got, err := TopK(single, 5); err != nil || got[0][0].Class != 0 || len(got[0]) != 2 || got[2][0] != (Ranked{1, 1}) {
		t.Errorf("ranks of single probabilities: %v, %v", got, err)
	}
	other, err := New(tensor.Shape{9}, layer.Dense(2), Backend(nets[0].Backend()))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for name, f := range map[string]func() error{
		"no networks":   func() error { _, err := Answers(loss.MSE(), x); return err },
		"no loss":       func() error { _, err := Answers(nil, x, nets[0]); return err },
		"other outputs": func() error { _, err := Answers(loss.MSE(), x, nets[0], other); return err },
		"k of 0":        func() error { _, err := TopK(got, 0); return err },
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// sharedScale hands the same tensor to each network that is built of it.
type sharedScale struct {
	layer.Layer
	stage *sharedStage
}

type sharedStage struct {
	layer.Plain
	weight *tensor.Tensor
}

func (s *sharedStage) Out() tensor.Shape                                        { return tensor.Shape{9} }
func (s *sharedStage) Tensors() []*tensor.Tensor                                { return []*tensor.Tensor{s.weight} }
func (s *sharedStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error          { return nil }
func (s *sharedStage) Backward(_ *layer.Pass, x, y, dy, dx tensor.Matrix) error { return nil }
func (s sharedScale) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, s.stage)
}

// TestNothingInCommon: a layer whose Build hands out the same tensor, a buffer even, is no part of two networks.
func TestNothingInCommon(t *testing.T) {
	for _, role := range []tensor.Role{tensor.Weight, tensor.Buffer} {
		own := sharedScale{layer.Scale(), &sharedStage{weight: &tensor.Tensor{Name: "weight", Role: role, Dims: []int{9}, Value: make([]float32, 9)}}}
		if role == tensor.Weight {
			own.stage.weight.Grad = make([]float32, 9)
		}
		net, err := New(tensor.Shape{9}, layer.Stack(own, layer.Dense(2)), Backend(openBackend(t, "native")))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		for name, copied := range map[string]func() (*Network, error){
			"clone": func() (*Network, error) { return net.Clone() }, "part": func() (*Network, error) { return net.Part(0, 1) },
			"average": func() (*Network, error) { return Average(net) },
		} {
			if other, err := copied(); err == nil || !strings.Contains(err.Error(), "makes its own") {
				t.Errorf("%s of a %v: %v, want an error", name, role, err)
				other.Close()
			}
		}
	}
}
