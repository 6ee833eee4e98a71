package nn

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// byRole is a rule for tensors of one role and another for the rest.
type byRole struct {
	optim.Rule // of the rest
	role       tensor.Role
	own        optim.Rule
}

func (r byRole) Assign(tensors []tensor.Tensor) (list []optim.Assignment, err error) {
	for _, t := range tensors {
		a := optim.Assignment{Rule: r.Rule, RateFactor: 1}
		if t.Role == r.role {
			a.Rule = r.own
		}
		list = append(list, a)
	}
	return list, nil
}

// begun is a rule whose state does not begin at 0.
type begun struct{ optim.Rule }

func (r begun) Slots() []optim.Slot {
	slots := slices.Clone(r.Rule.Slots())
	for i := range slots {
		slots[i].Init = 0.5 + float32(i)
	}
	return slots
}

// normRules are LAMB, with and without others in its blocks.
func normRules() []optim.Rule {
	lamb := optim.LAMB(0.01)
	muon := optim.Muon(0.02, optim.Others(lamb))
	return []optim.Rule{
		lamb, muon, optim.EMA(lamb, 0.9), optim.EMA(muon, 0.9),
		optim.Groups(lamb, optim.ByRole(tensor.Weight).Freeze()), optim.Groups(lamb, optim.ByRole(tensor.Bias).Freeze()),
		byRole{lamb, tensor.Weight, optim.SGD(0.01)}, byRole{optim.EMA(optim.AdamW(0.01), 0.9), tensor.Weight, optim.EMA(lamb, 0.9)},
		begun{lamb}, byRole{begun{optim.AdamW(0.01)}, tensor.Bias, begun{lamb}},
	}
}

func normTrainer(t *testing.T, backend string, rule optim.Rule) *Trainer {
	t.Helper()
	layers := []layer.Layer{layer.Dense(37), activation.Tanh(), layer.LayerNorm(), layer.Dense(41), activation.Tanh(), layer.Dense(3)}
	return ruleTrainer(t, openRules(t, backend, ""), layers, rule)
}

// TestNormwiseMemory: what a Normwise rule keeps and needs of a tensor is as long as that, and there is no more of its
// trainable.
func TestNormwiseMemory(t *testing.T) {
	for _, rule := range normRules() {
		tr := normTrainer(t, "native", rule)
		for _, x := range tr.opt.trainables {
			used := 0
			for _, m := range x.members {
				g := m.group
				if g != nil && g.elements != nil {
					used = max(used, len(g.slots))
				}
				if is := g != nil && g.norms != nil; is != (m.norms != nil) {
					t.Errorf("%s: %s has memory for norms: %t, want %t", rule, m.tensor.Name, !is, is)
				} else if is {
					for s, v := range slices.Concat([][]float32{m.norms.next}, m.norms.slots[:], m.norms.nextSlots[:]) {
						want := m.tensor.Size()
						if s > 0 && (s-1)%optim.MaxSlots >= len(g.slots) {
							want = 0
						}
						if cap(v) != want {
							t.Errorf("%s: vector %d of %s has %d elements, want %d", rule, s, m.tensor.Name, cap(v), want)
						}
					}
				}
			}
			for s, v := range x.slots {
				want := 0
				if s < used {
					want = x.length
				}
				if cap(v) != want {
					t.Errorf("%s: slot %d of the trainable of %s has %d elements, want %d", rule, s, x.members[0].tensor.Name, cap(v), want)
				}
			}
		}
	}
}

// TestNormwiseState: the state of a Normwise rule begins as its slots say, and training goes on from it in another network,
// with the same bits and the same averages.
func TestNormwiseState(t *testing.T) {
	all := func(tr *Trainer) []tensor.Tensor {
		t.Helper()
		list, err := tr.net.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		s, err := tr.opt.State()
		if err != nil {
			t.Fatal(err)
		}
		return append(list, s.Tensors...)
	}
	for _, backend := range []string{"native", "gonum"} {
		for _, rule := range normRules() {
			tr, other := normTrainer(t, backend, rule), normTrainer(t, backend, rule)
			first, err := tr.opt.State()
			if err != nil {
				t.Fatal(err)
			}
			want := float32(0)
			if _, is := tr.opt.groups[0].rule.(begun); is {
				want = 0.5
			}
			for _, s := range first.Tensors[:1] {
				if slices.ContainsFunc(s.Value, func(v float32) bool { return v != want }) {
					t.Errorf("%s, %s: %s begins as %v, want %v", backend, rule, s.Name, s.Value[0], want)
				}
			}
			ruleSteps(t, tr, 0, 3)
			ruleSteps(t, other, 7, 8)
			state, err := tr.opt.State()
			if err != nil {
				t.Fatal(err)
			}
			tensors, err := tr.net.Tensors()
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(other.net.SetTensors(tensors), other.opt.SetState(state)); err != nil {
				t.Fatal(err)
			}
			ruleSteps(t, tr, 3, 5)
			ruleSteps(t, other, 3, 5)
			for range 2 { // as they are trained, and as they are used
				got := all(other)
				for i, w := range all(tr) {
					for j, v := range w.Value {
						if math.Float32bits(v) != math.Float32bits(got[i].Value[j]) {
							t.Fatalf("%s, %s: element %d of %s is %v, uninterrupted %v", backend, rule, j, w.Name, got[i].Value[j], v)
						}
					}
				}
				if err := errors.Join(tr.opt.UseAverages(), other.opt.UseAverages()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestNormwiseAverages: what EMA keeps of what a Normwise rule changes is what the network holds when averages are used,
// and what is frozen stays.
func TestNormwiseAverages(t *testing.T) {
	for _, backend := range []string{"native", "gonum"} {
		tr := normTrainer(t, backend, optim.EMA(optim.Groups(optim.LAMB(0.01), optim.ByName("layers.3.weight").Freeze()), 0.9))
		ruleSteps(t, tr, 0, 3)
		want := map[string][]float32{}
		tensors, err := tr.net.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		s, err := tr.opt.State()
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range slices.Concat(tensors, s.Tensors) {
			want[x.Name] = x.Value
		}
		if err := tr.opt.UseAverages(); err != nil {
			t.Fatal(err)
		}
		if tensors, err = tr.net.Tensors(); err != nil {
			t.Fatal(err)
		}
		for _, x := range tensors {
			average, has := want[x.Name+".average"]
			if has == (x.Name == "layers.3.weight") {
				t.Fatalf("%s: %s has an average: %t", backend, x.Name, has)
			}
			if !has {
				average = want[x.Name]
			}
			if !slices.Equal(x.Value, average) {
				t.Errorf("%s: %s is not its average", backend, x.Name)
			}
		}
	}
}
