package nn

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// turning is a rule of matrices of one's own, which goes wrong in a step.
type turning struct {
	optim.Rule
	wrong string
	at    int
}

func (turning) String() string      { return "turning" }
func (turning) Slots() []optim.Slot { return []optim.Slot{{Name: "steps", Init: 2}} }
func (r turning) Stepper() optim.Stepper {
	return &turningStepper{turning: r}
}

// Assign gives it weights, and biases to the rule within.
func (r turning) Assign(list []tensor.Tensor) ([]optim.Assignment, error) {
	all := make([]optim.Assignment, len(list))
	for i, t := range list {
		all[i] = optim.Assignment{Rule: r, RateFactor: 1}
		if t.Role == tensor.Bias {
			all[i].Rule = r.Rule
		}
	}
	return all, nil
}

type turningStepper struct {
	turning
	step int
	rate float32
}

func (s *turningStepper) Begin(step int, rate float64) { s.step, s.rate = step, float32(rate) }
func (s *turningStepper) Scratch(rows, cols int) int   { return rows + cols }

var errTurning = errors.New("it does not turn")

func (s *turningStepper) UpdateMatrix(p, grad tensor.Matrix, slots [optim.MaxSlots]tensor.Matrix, scratch []float32, _ blas.Backend) error {
	if len(scratch) != p.Rows+p.Cols || p.Stride != p.Cols || len(p.Data) != p.Rows*p.Cols || len(grad.Data) != len(p.Data) || len(slots[0].Data) != len(p.Data) {
		return errors.New("matrices are not as they were promised")
	}
	for i := range p.Data {
		p.Data[i] -= float32(s.rate * grad.Data[i]) // rounded, as the rule's kernel does; arm64 would fuse it
		slots[0].Data[i]++
	}
	if s.step != s.at || p.Rows != 3 { // the last layer's
		return nil
	}
	switch s.wrong {
	case "error":
		return errTurning
	case "panic":
		panic(errTurning)
	case "parameter":
		p.Data[2*p.Cols+1] = float32(math.NaN())
	case "slot":
		slots[0].Data[2*p.Cols+1] = float32(math.Inf(1))
	}
	return nil
}

// TestMatricesAreWhole: a step in which the last matrix goes wrong leaves the first ones and the
// biases, and all state, as they were; without it, matrices are as the rule has left them.
func TestMatricesAreWhole(t *testing.T) {
	b := openRules(t, "native", "generic") // which rounds as Go does
	for _, kind := range ruleKinds[1:3] {
		for wrong, want := range map[string]string{
			"error":     "it does not turn",
			"panic":     "it does not turn",
			"parameter": "weight [1][2] after the step is NaN",
			"slot":      "the optimizer's steps of weight [1][2] after the step is +Inf",
		} {
			tr := ruleTrainer(t, b, kind.layers, turning{optim.SGD(0.1, optim.Momentum(0.5)), wrong, 3})
			same := ruleTrainer(t, b, kind.layers, optim.Groups(optim.SGD(0.1), optim.ByRole(tensor.Bias).Decay(0)), InspectGradients())
			ruleSteps(t, tr, 0, 1)
			ruleSteps(t, same, 0, 1)
			if !slices.Equal(flatWeights(tr.net), flatWeights(same.net)) { // the first step's velocity is the gradient
				t.Errorf("%s: the first step is not as the rule says", kind.name)
			}
			ruleSteps(t, tr, 1, 2)
			params, slots := state(tr)
			x, target := ruleBatch(2)
			_, err := tr.Step(x, target)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "layer ") && wrong != "panic" {
				t.Errorf("%s, %s: error %v, want %q of a layer", kind.name, wrong, err, want)
			}
			if p, s := state(tr); !slices.Equal(p, params) || !slices.Equal(s, slots) || tr.opt.Steps() != 2 {
				t.Errorf("%s, %s: something has changed", kind.name, wrong)
			}
			for _, v := range tr.opt.matrices[0].slots[0] {
				if v != 4 {
					t.Fatalf("a slot that begins with 2 is %v after two steps", v)
				}
			}
		}
	}
}

// TestTranspose takes awkward sizes there and back.
func TestTranspose(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 70}, {33, 31}, {32, 64}, {65, 3}} {
		rows, cols := size[0], size[1]
		src := make([]float32, rows*cols)
		for i := range src {
			src[i] = float32(i)
		}
		dst, back := make([]float32, len(src)), make([]float32, len(src))
		transpose(dst, src, rows, cols)
		transpose(back, dst, cols, rows)
		if !slices.Equal(dst, transposed(src, rows, cols)) || !slices.Equal(back, src) {
			t.Errorf("%d×%d is not transposed", rows, cols)
		}
	}
}
