package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// graphTwin is a network written naively in float64: a layer.Builder that computes each value
// as it is built, and notes what is to be done on the way back. It knows nothing of nodes,
// memory or plans.
//
// With noise, each number that float32 would round is wrong by up to so many units of
// roundoff of what it is summed from, at random. How far results move by that is how
// far a float32 computation may be away.
type graphTwin struct {
	*twinPass
	place string
	seed  uint64
	next  int
}

// twinPass is what the builders of a twin share.
type twinPass struct {
	backend  blas.Backend // of whose kernels masks of dropout come
	training bool
	step     uint64
	tensors  map[string][]float64 // as files have them
	grads    map[string][]float64
	values   []*twinValue
	back     []func() // in the order forward
	rng      *rand.Rand
	noise    float64
	awkward  bool // so close to a kink, or so little variance, that rounding decides
}

type twinValue struct{ v, d [][]float64 }

// newGraphTwin takes x through l with the tensors that net has.
func newGraphTwin(t *testing.T, net *Network, l layer.Layer, x tensor.Matrix, training bool, noise float64, seed uint64) (*graphTwin, *twinValue) {
	t.Helper()
	list, err := net.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	p := &twinPass{backend: net.backend, training: training, tensors: map[string][]float64{}, grads: map[string][]float64{}, noise: noise, rng: rand.New(rand.NewPCG(seed, 1))}
	for _, of := range list {
		values := make([]float64, len(of.Value))
		for i, v := range of.Value {
			values[i] = float64(v)
		}
		p.tensors[of.Name], p.grads[of.Name] = values, make([]float64, len(values))
	}
	w := &graphTwin{twinPass: p, seed: net.seed}
	in := w.value(x.Rows, x.Cols)
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			w.values[0].v[i][j] = float64(v)
		}
	}
	out, err := l.Build(w, in)
	if err != nil {
		t.Fatal(err)
	}
	return w, w.values[out.ID]
}

// backward goes back from dy, the gradient at out, and returns that at the input.
func (w *graphTwin) backward(out *twinValue, dy tensor.Matrix) [][]float64 {
	for i := range dy.Rows {
		for j, v := range rowOf(dy, i) {
			out.d[i][j] = float64(v)
		}
	}
	for i := len(w.back) - 1; i >= 0; i-- {
		w.back[i]()
	}
	return w.values[0].d
}

// round is v, which is summed from numbers of that size, as float32 may have it.
func (w *twinPass) round(v, size float64) float64 {
	return v + w.noise*0x1p-24*size*(2*w.rng.Float64()-1)
}

func (w *twinPass) value(rows, cols int) layer.Value {
	o := &twinValue{make([][]float64, rows), make([][]float64, rows)}
	for i := range rows {
		o.v[i], o.d[i] = make([]float64, cols), make([]float64, cols)
	}
	w.values = append(w.values, o)
	return layer.Value{Shape: tensor.Shape{cols}, ID: len(w.values) - 1}
}

func (w *twinPass) last() *twinValue { return w.values[len(w.values)-1] }

func (w *graphTwin) tensor(name string) (values, grads []float64) {
	name = tensorName(w.place, name)
	if w.tensors[name] == nil {
		panic("there is no tensor " + name)
	}
	return w.tensors[name], w.grads[name]
}

// affine is a tensor that a layer may lack, whose numbers are v then.
func (w *graphTwin) affine(name string, v float64, width int) (values, grads []float64) {
	if w.tensors[tensorName(w.place, name)] != nil {
		return w.tensor(name)
	}
	return slices.Repeat([]float64{v}, width), make([]float64, width)
}

func (w *graphTwin) Preset([]tensor.Tensor) {} // the network has them

func (w *graphTwin) Env() *layer.Env { return &layer.Env{Backend: w.backend, Seed: w.seed} }

func (w *graphTwin) Layer(l layer.Layer, x layer.Value) (layer.Value, error) {
	inner := &graphTwin{twinPass: w.twinPass, place: strings.TrimPrefix(fmt.Sprintf("%s.%d", w.place, w.next), "."), seed: random.Seed(w.seed, random.Layers+uint64(w.next))}
	w.next++
	in := w.values[x.ID]
	switch name, _, _ := strings.Cut(l.String(), "("); name {
	case "dropout":
		return inner.dropout(l, x)
	case "layer_norm", "rms_norm", "batch_norm":
		return inner.norm(x, in, name)
	case "prelu":
		return inner.prelu(x, in)
	}
	return l.Build(inner, x)
}

func (w *graphTwin) Dense(x layer.Value, a layer.Affine) (layer.Value, error) {
	weight, dw := w.tensor("weight") // [out][in]
	bias, db := make([]float64, a.Out), make([]float64, a.Out)
	if !a.NoBias {
		bias, db = w.tensor("bias")
	}
	in := w.values[x.ID]
	n := x.Shape.Size()
	y := w.value(len(in.v), a.Out)
	out := w.last()
	for i, row := range in.v {
		for j := range a.Out {
			sum, size := bias[j], math.Abs(bias[j])
			for k, v := range row {
				sum += v * weight[j*n+k]
				size += math.Abs(v * weight[j*n+k])
			}
			out.v[i][j] = w.round(sum, size)
		}
	}
	w.back = append(w.back, func() {
		sizes := make([]float64, len(dw))
		for i, row := range in.v {
			for j, d := range out.d[i] {
				db[j] = w.round(db[j]+d, math.Abs(d))
				for k, v := range row {
					dw[j*n+k] += d * v
					sizes[j*n+k] += math.Abs(d * v)
				}
			}
			for k := range row {
				sum, size := 0.0, 0.0
				for j, d := range out.d[i] {
					sum += d * weight[j*n+k]
					size += math.Abs(d * weight[j*n+k])
				}
				in.d[i][k] += w.round(sum, size)
			}
		}
		for i := range dw {
			dw[i] = w.round(dw[i], sizes[i])
		}
	})
	return y, nil
}

func (w *graphTwin) Apply(x layer.Value, f layer.Function) (layer.Value, error) {
	in := w.values[x.ID]
	y := w.value(len(in.v), x.Shape.Size())
	out := w.last()
	w.each(in, func(i, j int, z float64) {
		v, _ := w.function(f, z)
		out.v[i][j] = w.round(v, math.Abs(v)+0x1p-100)
	})
	w.back = append(w.back, func() {
		w.each(in, func(i, j int, z float64) {
			_, slope := w.function(f, z)
			in.d[i][j] += w.round(out.d[i][j]*slope, 2*math.Abs(out.d[i][j]))
		})
	})
	return y, nil
}

// function is f and f' in float64.
func (w *twinPass) function(f layer.Function, z float64) (y, slope float64) {
	if f.Slope != nil || f.Vector != nil {
		switch f.Name {
		case "gelu":
			phi := (1 + math.Erf(z/math.Sqrt2)) / 2
			return z * phi, phi + z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
		case "leaky_relu":
			w.awkward = w.awkward || math.Abs(z) < 1e-4
			if z > 0 {
				return z, 1
			}
			return 0.01 * z, 0.01
		case "mish":
			e := math.Exp(z)
			n := e * (e + 2)
			return z * n / (n + 2), n/(n+2) + 4*z*e*(1+e)/((n+2)*(n+2))
		case "squared":
			return z * z, 2 * z
		}
		panic("the twin has no function " + f.Name)
	}
	switch f.Kernel {
	case kernels.Identity:
		return z, 1
	case kernels.ReLU:
		w.awkward = w.awkward || math.Abs(z) < 1e-4
		if z > 0 {
			return z, 1
		}
		return 0, 0
	case kernels.Sigmoid:
		y = 1 / (1 + math.Exp(-z))
		return y, y * (1 - y)
	case kernels.Tanh:
		y = math.Tanh(z)
		return y, 1 - y*y
	}
	panic("the twin has no function " + f.Name)
}

func (w *twinPass) each(in *twinValue, f func(i, j int, v float64)) {
	for i, row := range in.v {
		for j, v := range row {
			f(i, j, v)
		}
	}
}

func (w *graphTwin) Add(x ...layer.Value) (layer.Value, error) {
	first := w.values[x[0].ID]
	y := w.value(len(first.v), len(first.v[0]))
	out := w.last()
	for _, v := range x {
		w.each(w.values[v.ID], func(i, j int, v float64) { out.v[i][j] = w.round(out.v[i][j]+v, math.Abs(out.v[i][j])+math.Abs(v)) })
	}
	w.back = append(w.back, func() {
		for _, v := range x {
			w.each(first, func(i, j int, _ float64) { w.values[v.ID].d[i][j] += out.d[i][j] })
		}
	})
	return y, nil
}

func (w *graphTwin) Concat(x ...layer.Value) (layer.Value, error) {
	width := 0
	for _, v := range x {
		width += v.Shape.Size()
	}
	y := w.value(len(w.values[x[0].ID].v), width)
	out := w.last()
	at := 0
	for _, v := range x {
		in, column := w.values[v.ID], at
		w.each(in, func(i, j int, v float64) { out.v[i][column+j] = v })
		w.back = append(w.back, func() {
			w.each(in, func(i, j int, _ float64) { in.d[i][j] += out.d[i][column+j] })
		})
		at += v.Shape.Size()
	}
	return y, nil
}

// Stage keeps a stage for whoever has built it.
func (w *graphTwin) Stage(x layer.Value, s layer.Stage) (layer.Value, error) {
	panic("the twin has no stage of layer " + w.place)
}

// stageOf is a builder that is asked for a stage alone.
type stageOf struct {
	layer.Builder
	stage layer.Stage
}

func (b *stageOf) Stage(x layer.Value, s layer.Stage) (layer.Value, error) {
	b.stage = s
	return x, nil
}

// dropout asks the stage, which has tests of its own, for the mask.
func (w *graphTwin) dropout(l layer.Layer, x layer.Value) (layer.Value, error) {
	if !w.training {
		return x, nil
	}
	in := w.values[x.ID]
	b := &stageOf{Builder: w}
	if _, err := l.Build(b, x); err != nil {
		return x, err
	}
	ones, mask := newMatrix(len(in.v), x.Shape.Size()), newMatrix(len(in.v), x.Shape.Size())
	for i := range ones.Data {
		ones.Data[i] = 1
	}
	if err := b.stage.Forward(&layer.Pass{Training: true, Step: w.step, Rows: ones.Rows}, ones, mask); err != nil {
		return x, err
	}
	y := w.value(len(in.v), x.Shape.Size())
	out := w.last()
	w.each(in, func(i, j int, v float64) { out.v[i][j] = w.round(v*float64(rowOf(mask, i)[j]), math.Abs(v)) })
	w.back = append(w.back, func() {
		w.each(in, func(i, j int, _ float64) { in.d[i][j] += out.d[i][j] * float64(rowOf(mask, i)[j]) })
	})
	return y, nil
}

func (w *graphTwin) prelu(x layer.Value, in *twinValue) (layer.Value, error) {
	slopes, grads := w.tensor("weight")
	y := w.value(len(in.v), x.Shape.Size())
	out := w.last()
	w.each(in, func(i, j int, v float64) {
		w.awkward = w.awkward || math.Abs(v) < 1e-4
		if v < 0 {
			v *= slopes[j%len(slopes)]
		}
		out.v[i][j] = w.round(v, math.Abs(v))
	})
	w.back = append(w.back, func() {
		w.each(in, func(i, j int, v float64) {
			d := out.d[i][j]
			if v < 0 {
				grads[j%len(slopes)] += w.round(d*v, math.Abs(d*v))
				d *= slopes[j%len(slopes)]
			}
			in.d[i][j] += w.round(d, math.Abs(d))
		})
	})
	return y, nil
}

// norm is LayerNorm, or BatchNorm, by derivatives of mean and variance one by one.
func (w *graphTwin) norm(x layer.Value, in *twinValue, name string) (layer.Value, error) {
	rows, centred, epsilon := name != "batch_norm", name != "rms_norm", 1e-5
	if !centred {
		epsilon = 1e-6
	}
	gain, dgain := w.affine("weight", 1, x.Shape.Size())
	bias, dbias := w.affine("bias", 0, x.Shape.Size())
	y := w.value(len(in.v), x.Shape.Size())
	out := w.last()
	// Over group g, elements are (g, i) by rows and (i, g) by columns.
	groups, n := len(in.v), x.Shape.Size()
	at := func(m [][]float64, g, i int) *float64 { return &m[g][i] }
	if !rows {
		groups, n = n, groups
		at = func(m [][]float64, g, i int) *float64 { return &m[i][g] }
	}
	for g := range groups {
		mean, variance := 0.0, 0.0
		size := 0.0
		for i := range n {
			if centred {
				mean += *at(in.v, g, i) / float64(n)
			}
			size = max(size, math.Abs(*at(in.v, g, i)))
		}
		for i := range n {
			d := *at(in.v, g, i) - mean
			variance += d * d / float64(n)
		}
		fixed := !rows && !w.training
		if fixed {
			m, _ := w.tensor("running_mean")
			v, _ := w.tensor("running_var")
			mean, variance = m[g], v[g]
		}
		w.awkward = w.awkward || variance < 1e-4
		sigma := math.Sqrt(variance + epsilon)
		feature := func(i int) int {
			if rows {
				return i
			}
			return g
		}
		for i := range n {
			h := w.round((*at(in.v, g, i)-mean)/sigma, 2*(size+math.Abs(mean))/sigma)
			*at(out.v, g, i) = w.round(h*gain[feature(i)]+bias[feature(i)], 2*math.Abs(h*gain[feature(i)])+math.Abs(bias[feature(i)]))
		}
		w.back = append(w.back, func() {
			dmean, dvariance, rough := 0.0, 0.0, 0.0
			for i := range n {
				d, c := *at(out.d, g, i), *at(in.v, g, i)-mean
				dgain[feature(i)] += w.round(d*c/sigma, math.Abs(d)*(size/sigma+1))
				dbias[feature(i)] += w.round(d, math.Abs(d))
				e := d * gain[feature(i)]
				if centred {
					dmean -= e / sigma
				}
				dvariance -= e * c / (2 * sigma * sigma * sigma)
				rough = max(rough, math.Abs(e)*(size/sigma+1)/sigma)
			}
			if fixed {
				return
			}
			for i := range n {
				c := *at(in.v, g, i) - mean
				d := *at(out.d, g, i)*gain[feature(i)]/sigma + dmean/float64(n) + dvariance*2*c/float64(n)
				*at(in.d, g, i) += w.round(d, 4*rough)
			}
		})
	}
	return y, nil
}

var _ layer.Builder = (*graphTwin)(nil)
