package nn

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// group is the parameters that one rule changes at one rate.
type group struct {
	rule     optim.Rule
	factor   float64 // of its rate
	stepper  optim.Stepper
	elements optim.Elementwise // the stepper, nil if it is another
	norms    optim.Normwise    // the stepper, nil if it is another
	matrices optim.Matrixwise  // the stepper, nil if it is another
	updater  optim.Measurer    // takes the steps of elements: the stepper, or unmeasured around it
	measures bool              // what updater returns is the largest magnitude
	bounder  optim.Bounder     // the stepper, nil if it cannot tell
	averaged optim.Averaged    // the stepper, nil if its parameters are to be used as they are
	momentum momentum          // if the schedule moves it
	slots    []optim.Slot

	top    uint32       // the bits of the largest parameter that the step under way has written, if it is measured
	exact  float64      // its largest parameter when it was last known
	bounds optim.Bounds // of its parameters and state, as far as nobody else has changed them
	after  optim.Bounds // of those after the step to come
}

// unmeasured is a stepper that does not know the largest parameter that it has written, as one
// that says 0.
type unmeasured struct {
	optim.Elementwise
	slots int
}

func (u *unmeasured) UpdateMeasured(p, grad []float32, lo int, slots *[optim.MaxSlots][]float32) (largest float32) {
	parts := *slots
	for s := range u.slots {
		parts[s] = parts[s][lo : lo+len(p)]
	}
	u.Update(p, grad, parts)
	return 0
}

// saw notes the largest parameter that an update has written. Several goroutines may be
// at it.
func (g *group) saw(largest float32) {
	top := math.Float32bits(largest)
	for g.measures {
		seen := atomic.LoadUint32(&g.top)
		if top <= seen || atomic.CompareAndSwapUint32(&g.top, seen, top) {
			return
		}
	}
}

// newGroup binds a rule to the network's kernels.
func (o *Optimizer) newGroup(a *optim.Assignment) (*group, error) {
	if a.Rule == nil {
		return nil, fault.Nil(o.rule.String(), "rule that Assign has returned", "one such as SGD or Adam")
	}
	if err := a.Rule.Validate(); err != nil {
		return nil, err
	}
	of := a.Rule.String()
	if err := fault.NonNegative(of, "factor of the rate", a.RateFactor); err != nil {
		return nil, err
	}
	g := &group{rule: a.Rule, factor: a.RateFactor, slots: a.Rule.Slots()}
	if err := checkSlots(of, g.slots); err != nil {
		return nil, err
	}
	if g.stepper = optim.Bind(a.Rule, o.net.backend.Kernels()); g.stepper == nil {
		return nil, fault.Nil(of, "stepper", "one, from the rule's Stepper or Bind")
	}
	if g.elements, _ = g.stepper.(optim.Elementwise); g.elements != nil {
		if g.updater, g.measures = g.stepper.(optim.Measurer); !g.measures {
			g.updater = &unmeasured{g.elements, len(g.slots)}
		}
		g.bounder, _ = g.stepper.(optim.Bounder)
	} else if g.norms, _ = g.stepper.(optim.Normwise); g.norms == nil {
		if g.matrices, _ = g.stepper.(optim.Matrixwise); g.matrices == nil {
			return nil, fmt.Errorf("%s: its stepper is %T, want an optim.Elementwise, an optim.Normwise or an optim.Matrixwise", of, g.stepper)
		}
	}
	g.averaged, _ = g.stepper.(optim.Averaged)
	return g, nil
}

func checkSlots(of string, slots []optim.Slot) error {
	if len(slots) > optim.MaxSlots {
		return fault.Value(of, "number of slots", float64(len(slots)), fmt.Sprintf("at most %d", optim.MaxSlots))
	}
	for i, s := range slots {
		if !slotName(s.Name) || slices.ContainsFunc(slots[:i], func(t optim.Slot) bool { return t.Name == s.Name }) {
			return fmt.Errorf("%s: slot %d is called %q, want a name that no other has, not %q and without dots", of, i, s.Name, latest)
		}
		if !isFinite(s.Init) {
			return fault.Value(of, "initial "+s.Name, float64(s.Init), "a finite number")
		}
	}
	return nil
}

// assign makes the groups that the rule divides the network's tensors into, and returns
// that of each, nil if it is frozen.
func (o *Optimizer) assign(tensors []tensor.Tensor) ([]*group, error) {
	_, o.divides = o.rule.(optim.Assigner)
	list, err := optim.Assign(o.rule, tensors)
	if err != nil {
		return nil, fmt.Errorf("optimizer: %w", err)
	}
	of := make([]*group, len(list))
	for i := range list {
		a := &list[i]
		if a.Frozen {
			continue
		}
		g, err := o.newGroup(a)
		if err != nil {
			return nil, err
		}
		if at := slices.IndexFunc(o.groups, func(h *group) bool { return h.factor == g.factor && h.rule.String() == g.rule.String() }); at >= 0 {
			g = o.groups[at]
		} else {
			o.groups = append(o.groups, g)
		}
		if g.matrices != nil && len(tensors[i].Dims) != 2 {
			return nil, fmt.Errorf("%s: %s, a %s with dimensions %v, is no matrix: another rule has to take it, as in muon(others=adamw), or optim.Others", g.rule, tensors[i].Name, tensors[i].Role, tensors[i].Dims)
		}
		of[i] = g
	}
	if len(o.groups) == 0 {
		return nil, fault.Value("optimizer", "number of parameters", 0, "a network with something to train that is not frozen")
	}
	return of, nil
}

// begin tells the group's rule about the step to come, at the rate that the schedule makes of
// its own. The schedule and the rule may be the user's, and run while no weights are locked.
func (g *group) begin(step int, rate float64) (ok bool) {
	rate *= g.factor
	if !(rate >= 0 && rate <= math.MaxFloat32) {
		return false
	}
	g.stepper.Begin(step, rate)
	return true
}

// startOf is the state of n parameters in a slot before the first step.
func startOf(slot optim.Slot, n int) []float32 {
	x := arena.Float32(n)
	if slot.Init != 0 {
		for i := range x {
			x[i] = slot.Init
		}
	}
	return x
}
