package nn

import (
	"slices"

	"github.com/neurona-ml/neurona/internal/arena"
)

// averages is what an optimizer knows of parameters that are to be used in place of those that
// are trained: see optim.Averaged.
type averages struct {
	kept    bool        // there are some
	others  [][]float32 // of each trainable, the parameters that the network does not hold
	in      bool        // the network holds averages
	version uint64      // of the network's parameters then
}

// used reports whether net holds averages, and nobody has changed them.
func (a *averages) used(net *Network) bool { return a.in && a.version == net.version }

// UseAverages puts averages of the parameters in the place of those that are trained, if the
// rule keeps some (optim.EMA) and a step has been taken; otherwise it does nothing. The network
// then predicts, evaluates and saves with them, until UseLatest or the next step.
//
// Fit calls it at the end of each epoch and of all, so that validation, the best weights, what is
// called after an epoch and whoever has the network afterwards see averages. Trainer.Step and
// Fit go on from the parameters that are trained. Whoever brings his own loss calls
// UseLatest before Forward: Optimizer.Step is ErrAverages. If somebody changes the network's parameters
// meanwhile (SetWeights, LoadInto, CopyFrom, going back to the best weights of early stopping),
// training goes on from those.
//
// It is ErrUnfinished amid the passes of an accumulated step.
func (o *Optimizer) UseAverages() (err error) {
	if o == nil {
		return ErrNoNetwork
	}
	if err := o.net.begin(); err != nil {
		return err
	}
	defer o.net.ended(&err)
	if !o.averages.kept || o.steps == 0 || o.averages.used(o.net) {
		return nil
	}
	if o.unfinished() {
		return ErrUnfinished
	}
	if err := o.net.intact(); err != nil {
		return err
	}
	if err := o.average(o.averages.others); err != nil {
		return err
	}
	o.exchange()
	o.averages.in, o.averages.version = true, o.net.version
	return nil
}

// UseLatest puts the parameters that are trained back in their place, where UseAverages has put
// averages. Otherwise, and if somebody has changed the network's parameters since, it does
// nothing.
func (o *Optimizer) UseLatest() (err error) {
	if o == nil {
		return ErrNoNetwork
	}
	if err := o.net.begin(); err != nil {
		return err
	}
	defer o.net.ended(&err)
	o.useLatest()
	return nil
}

// useLatest is UseLatest for a caller that has begun.
func (o *Optimizer) useLatest() {
	if o.averages.used(o.net) {
		o.exchange()
	}
	o.averages.in = false
}

// unfinished reports whether passes of an accumulated step of this optimizer are gathered.
func (o *Optimizer) unfinished() bool {
	g := &o.net.gathered
	return g.counted > 0 && g.by == o
}

// addAverages makes memory for the parameters that the network does not hold.
func (o *Optimizer) addAverages() {
	for _, g := range o.groups {
		o.averages.kept = o.averages.kept || g.averaged != nil
	}
	if !o.averages.kept {
		return
	}
	for _, t := range o.trainables {
		o.averages.others = append(o.averages.others, arena.Float32(t.length))
	}
}

// average writes to dst, for each trainable, what is to be used in place of its parameters.
func (o *Optimizer) average(dst [][]float32) error {
	for i, t := range o.trainables {
		values := t.values()
		copy(dst[i], values)
		for _, p := range t.pieces {
			g := p.changes
			if g == nil || g.averaged == nil {
				continue
			}
			slots := t.slots
			for s := range g.slots {
				slots[s] = slots[s][p.lo:p.hi]
			}
			g.averaged.Average(dst[i][p.lo:p.hi], values[p.lo:p.hi], slots)
		}
	}
	o.norms.average(dst)
	for _, x := range o.matrices {
		if x.group.averaged == nil {
			continue
		}
		n := len(x.param)
		mean := (*x.grad)[:n]
		if err := x.road.read(x.owner, x.index, x.owner.values(), x.param); err != nil {
			return err
		}
		x.group.averaged.Average(mean, x.param, x.slots)
		if err := x.road.write(x.owner, x.index, dst[slices.Index(o.trainables, x.owner)], mean); err != nil {
			return err
		}
	}
	return nil
}

// exchange exchanges the network's parameters for the others.
func (o *Optimizer) exchange() {
	o.net.weights.Lock()
	defer o.net.weights.Unlock()
	for i, t := range o.trainables {
		others := o.averages.others[i]
		values := t.values()
		for j, v := range values {
			values[j], others[j] = others[j], v
		}
		t.refresh()
	}
	o.net.parametersChanged()
}
