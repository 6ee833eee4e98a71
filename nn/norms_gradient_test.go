package nn

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// pass takes rows of a batch forward, and a gradient at the outputs back, and returns the gradients of both blocks' weights
// as files have them.
func (n *normPass) pass(t *testing.T, net *Network) (gradients [2][]float64) {
	t.Helper()
	if _, err := net.Forward(n.x); err != nil {
		t.Fatal(err)
	}
	if err := net.Backward(n.dy); err != nil {
		t.Fatal(err)
	}
	for i, at := range []int{0, 2} {
		w, _, err := net.Gradients(at)
		if err != nil {
			t.Fatal(err)
		}
		for c := range w.Cols {
			for r := range w.Rows {
				gradients[i] = append(gradients[i], float64(w.Data[r*w.Stride+c]))
			}
		}
	}
	return gradients
}

type normPass struct{ x, dy tensor.Matrix }

// newNormPass is the first rows of a batch, whose targets are the gradients.
func newNormPass(i, rows int) *normPass {
	x, target := ruleBatch(i)
	first := func(m tensor.Matrix) tensor.Matrix {
		m.Rows, m.Data = rows, m.Data[:(rows-1)*m.Stride+m.Cols]
		return m
	}
	return &normPass{first(x), first(target.Values)}
}

// TestNormwiseScalesGradients: the mean that LAMB keeps is that of gradients which are clipped, or means over all passes, to
// the factor, though its directions hide it.
func TestNormwiseScalesGradients(t *testing.T) {
	const beta1 = 0.75
	layers := []layer.Layer{layer.Dense(5, layer.NoBias()), activation.Tanh(), layer.Dense(3, layer.NoBias())}
	rule := optim.LAMB(0.01, optim.Betas(beta1, 0.99))
	b := openRules(t, "native", "")
	passes := []*normPass{newNormPass(0, 5), newNormPass(1, 2)}
	for name, c := range map[string]struct {
		passes int
		limit  float64
	}{"clipped": {1, 0.01}, "accumulated": {2, math.Inf(1)}, "both": {2, 0.01}} {
		var want [2][]float64
		rows, largest := 0, 0.0
		for _, p := range passes[:c.passes] {
			alone := ruleTrainer(t, b, layers, rule).net
			for i, g := range p.pass(t, alone) {
				if want[i] == nil {
					want[i] = make([]float64, len(g))
				}
				for j, v := range g {
					want[i][j] += v * float64(p.x.Rows)
				}
			}
			rows += p.x.Rows
		}
		norm := 0.0
		for _, g := range want {
			for j := range g {
				g[j] /= float64(rows)
				norm += g[j] * g[j]
				largest = max(largest, math.Abs(g[j]))
			}
		}
		coefficient := min(1, c.limit/(math.Sqrt(norm)+1e-6))
		opt := ruleTrainer(t, b, layers, rule, ClipNorm(c.limit), Accumulate(c.passes)).opt
		for _, p := range passes[:c.passes] {
			p.pass(t, opt.net)
			if err := opt.Step(); err != nil {
				t.Fatal(err)
			}
		}
		s, err := opt.State()
		if err != nil {
			t.Fatal(err)
		}
		if opt.Steps() != 1 {
			t.Fatalf("%s: %d steps, want 1", name, opt.Steps())
		}
		for _, x := range s.Tensors {
			at := 0
			switch x.Name {
			case "layers.0.weight.mean":
			case "layers.2.weight.mean":
				at = 1
			default:
				continue
			}
			for j, v := range x.Value {
				w := (1 - beta1) * coefficient * want[at][j]
				if diff := math.Abs(float64(v) - w); !(diff <= 0x1p-20*(1-beta1)*coefficient*largest) {
					t.Fatalf("%s: element %d of %s is %v, want %v", name, j, x.Name, v, w)
				}
			}
			want[at] = nil
		}
		if want[0] != nil || want[1] != nil {
			t.Errorf("%s: the state has not the means of both weights", name)
		}
	}
}

// clearing is LAMB that clears the gradients that it has used.
type clearing struct{ optim.Rule }

func (r clearing) Stepper() optim.Stepper {
	return &clearingStepper{r.Rule.Stepper().(optim.Normwise)}
}

type clearingStepper struct{ optim.Normwise }

func (s *clearingStepper) Direction(d, p, grad []float32, slots [optim.MaxSlots][]float32) {
	s.Normwise.Direction(d, p, grad, slots)
	clear(grad)
	clear(d)
	for _, slot := range slots {
		clear(slot)
	}
}

// TestNormwiseNamesGradients: a gradient that is not finite is named, rather than what it would have made of parameters, also
// with a rule that writes to it; nothing is written.
func TestNormwiseNamesGradients(t *testing.T) {
	layers := []layer.Layer{layer.Dense(5), activation.Tanh(), layer.Dense(3)}
	for _, rule := range []optim.Rule{optim.LAMB(0.01), clearing{optim.LAMB(0.01)}} {
		tr := ruleTrainer(t, openRules(t, "native", ""), layers, rule)
		before, err := tr.net.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		p := newNormPass(0, 5)
		for i := range p.dy.Rows { // their sum, the gradient of a bias, is infinite
			p.dy.Data[i*p.dy.Stride+1] = math.MaxFloat32 / 2
		}
		clear(p.x.Data) // what goes out of the first layer is 0, and so are the gradients of the second's weights
		if _, err := tr.net.Forward(p.x); err != nil {
			t.Fatal(err)
		}
		if err := tr.net.Backward(p.dy); err != nil {
			t.Fatal(err)
		}
		bad := new(NonFiniteError)
		if err := tr.opt.Step(); !errors.As(err, &bad) || !strings.Contains(bad.What, "gradient of bias [0][1]") || bad.Step != 1 || !math.IsInf(bad.Value, 1) {
			t.Errorf("%s: error %v, want one of the gradient of bias [0][1], +Inf, at step 1", rule, err)
		}
		after, err := tr.net.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range after {
			for j, v := range x.Value {
				if math.Float32bits(v) != math.Float32bits(before[i].Value[j]) {
					t.Fatalf("%s: element %d of %s has changed", rule, j, x.Name)
				}
			}
		}
	}
}
