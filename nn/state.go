package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// OptimizerState is what an optimizer knows beside the parameters of its network: with both,
// training goes on as if nothing had interrupted it.
type OptimizerState struct {
	Rule  string  // its spelling
	Steps int     // taken
	Rate  float64 // of the last one
	// Tensors are called and shaped as files have them: "layers.0.weight.mean" [out][in]
	// is the slot mean of layers.0.weight. While the network holds averages (see UseAverages), there are
	// the parameters that are trained too, "layers.0.weight.latest". Frozen tensors have
	// none.
	Tensors []tensor.Tensor
}

// latest is what State calls the parameters that are trained while the network does not hold them.
const latest = "latest"

// slotName reports whether a slot may be called so: the last part of a tensor's name.
func slotName(name string) bool { return name != "" && name != latest && !strings.Contains(name, ".") }

// State returns a copy of the optimizer's state. The state of a step under way on another
// goroutine is ErrBusy; amid the passes of an accumulated step it is
// ErrUnfinished. What a Trainer and its network count, for dropout and the order of
// samples, is not in it.
func (o *Optimizer) State() (s OptimizerState, err error) {
	if o == nil {
		return s, ErrNoNetwork
	}
	if err := o.net.begin(); err != nil {
		return s, err
	}
	defer o.net.ended(&err)
	if o.unfinished() {
		return s, ErrUnfinished
	}
	if err := o.net.intact(); err != nil {
		return s, err
	}
	tensors, err := o.copyState(o.stateTensors(o.averages.used(o.net)))
	if err != nil {
		return s, err
	}
	s = OptimizerState{Rule: o.rule.String(), Steps: o.steps, Rate: o.rate}
	for _, t := range tensors {
		s.Tensors = append(s.Tensors, tensor.Tensor{Name: t.name, Role: t.of.tensor.Role, Dims: slices.Clone(t.shape), Value: t.data})
	}
	return s, nil
}

// SetState makes s, which State of an optimizer with the same rule has returned for a network with
// the same tensors, the optimizer's state; backend and precision may be others. A state
// of another rule, or that the rule cannot have made, is a *StateError, and tensors that are missing, foreign, of
// another shape or not finite are a *TensorError: nothing is changed then. Gradients that no step has used
// are dropped.
//
// If s was taken while the network held averages, it has to hold them now, as after Load
// of what was saved then.
func (o *Optimizer) SetState(s OptimizerState) (err error) {
	if o == nil {
		return ErrNoNetwork
	}
	if err := o.net.begin(); err != nil {
		return err
	}
	defer o.net.ended(&err)
	if err := o.net.intact(); err != nil {
		return err
	}
	if want := o.rule.String(); s.Rule != want {
		return &StateError{"rule", s.Rule, want}
	}
	if s.Steps < 0 {
		return &StateError{"steps", fmt.Sprint(s.Steps), "at least 0"}
	}
	if !(s.Rate >= 0 && s.Rate <= math.MaxFloat32) {
		return &StateError{"rate", fmt.Sprint(s.Rate), "a finite number, at least 0"}
	}
	from := make([]fileTensor, len(s.Tensors))
	averaged := false
	for i, t := range s.Tensors {
		from[i] = fileTensor{name: t.Name, shape: t.Dims, data: t.Value}
		averaged = averaged || strings.HasSuffix(t.Name, "."+latest)
		if at := slices.IndexFunc(t.Value, func(v float32) bool { return !isFinite(v) }); at >= 0 {
			return &TensorError{"state", t.Name, fmt.Sprintf("%v as element %d", t.Value[at], at), "finite numbers"}
		}
	}
	list := o.stateTensors(averaged && o.averages.kept)
	tensors := make([]fileTensor, len(list))
	for i, t := range list {
		tensors[i] = t.fileTensor
	}
	if err := matchTensors("state", tensors, from); err != nil {
		return err
	}
	for i := range list {
		list[i].data = tensors[i].data
	}
	if err := o.checkState(list); err != nil {
		return err
	}
	if averaged {
		if err := o.holdsAverages(list, s.Steps); err != nil {
			return err
		}
	}
	if err := o.writeState(list); err != nil {
		return err
	}
	o.net.dropGradients()
	o.steps, o.rate = s.Steps, s.Rate
	o.version = unknown
	o.averages.in, o.averages.version = averaged, o.net.version
	return nil
}

// stateTensor is a tensor of the state: a slot of a member, or slot -1, its parameters.
type stateTensor struct {
	fileTensor
	owner int // among the trainables
	index int // among its members
	of    *member
	slot  int
}

// checkState asks the rules whether they could have made the state in list.
func (o *Optimizer) checkState(list []stateTensor) error {
	slots := map[*member]*[optim.MaxSlots][]float32{}
	for i := range list {
		s := &list[i]
		if s.slot < 0 {
			continue
		}
		if slots[s.of] == nil {
			slots[s.of] = new([optim.MaxSlots][]float32)
		}
		slots[s.of][s.slot] = s.data
	}
	for _, s := range list { // in order
		c, ok := s.of.group.stepper.(optim.StateChecker)
		if !ok || slots[s.of] == nil {
			continue
		}
		if err := c.CheckState(*slots[s.of]); err != nil {
			return &StateError{s.of.tensor.Name, err.Error(), "a state that " + s.of.group.rule.String() + " could have made"}
		}
		delete(slots, s.of)
	}
	return nil
}

// stateTensors lists the tensors of the state, without data.
func (o *Optimizer) stateTensors(averaged bool) (list []stateTensor) {
	for i, t := range o.trainables {
		for j, m := range t.members {
			if m.group == nil {
				continue
			}
			add := func(name string, slot int) {
				list = append(list, stateTensor{fileTensor{name: m.tensor.Name + "." + name, shape: m.tensor.Dims}, i, j, m, slot})
			}
			for s, slot := range m.group.slots {
				add(slot.Name, s)
			}
			if averaged {
				add(latest, -1)
			}
		}
	}
	return list
}

// memory is where a tensor of the state is: all of it, in the layout of files, or one of the vectors of
// its trainable, which is a copy if it is of a Normwise rule.
func (o *Optimizer) memory(s *stateTensor) (all, flat []float32) {
	t := o.trainables[s.owner]
	switch {
	case s.slot < 0:
		return nil, o.averages.others[s.owner]
	case s.of.matrix != nil:
		return s.of.matrix.slots[s.slot], nil
	case s.of.norms != nil:
		flat = make([]float32, t.length)
		o.norms.spread(s.of.norms, s.of.norms.slots[s.slot], flat)
		return nil, flat
	}
	return nil, t.slots[s.slot]
}

// copyState fills in the data of list.
func (o *Optimizer) copyState(list []stateTensor) ([]stateTensor, error) {
	r := new(road)
	for i := range list {
		s := &list[i]
		s.data = make([]float32, s.elements())
		all, flat := o.memory(s)
		if all != nil {
			copy(s.data, all)
			continue
		}
		t := o.trainables[s.owner]
		r.reserve(t)
		if err := r.read(t, s.index, flat, s.data); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// writeState is the way back.
func (o *Optimizer) writeState(list []stateTensor) error {
	r := new(road)
	if o.averages.kept { // where frozen tensors are what they are
		for i, t := range o.trainables {
			copy(o.averages.others[i], t.values())
		}
	}
	for i := range list {
		s := &list[i]
		all, flat := o.memory(s)
		if all != nil {
			copy(all, s.data)
			continue
		}
		t := o.trainables[s.owner]
		r.reserve(t)
		if err := r.write(t, s.index, flat, s.data); err != nil {
			return err
		}
		if x := s.of.norms; x != nil && s.slot >= 0 {
			o.norms.gather(x, flat, x.slots[s.slot])
		}
	}
	return nil
}

// holdsAverages reports a network that does not hold the averages which state, of so many steps, is to be set
// beside.
func (o *Optimizer) holdsAverages(state []stateTensor, steps int) error {
	if steps == 0 {
		return &StateError{"averages", "those after no step", "at least 1 step"}
	}
	r := new(road)
	for i, t := range o.trainables {
		for j, m := range t.members {
			if m.group == nil || m.group.averaged == nil {
				continue
			}
			var slots [optim.MaxSlots][]float32
			var trained []float32
			for k := range state {
				s := &state[k]
				switch {
				case s.owner != i || s.index != j:
				case s.slot < 0:
					trained = s.data
				default:
					slots[s.slot] = s.data
				}
			}
			held, want := make([]float32, len(trained)), make([]float32, len(trained))
			r.reserve(t)
			if err := r.read(t, j, t.values(), held); err != nil {
				return err
			}
			m.group.averaged.Average(want, trained, slots)
			if !slices.Equal(held, want) {
				return &TensorError{"state", m.tensor.Name, "parameters that are not the averages of the state", "them in the network"}
			}
		}
	}
	return nil
}
