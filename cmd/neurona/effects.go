package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/optim"
)

// This file is about settings that are right as they are spelt and have no effect, or another one than they
// promise, in the training that the other flags make of them. That is said and does not keep from training.

// noteEffects notes settings that the training makes little of.
func (t *training) noteEffects() {
	note := func(format string, args ...any) { t.table.notes = append(t.table.notes, fmt.Sprintf(format, args...)) }
	steps := t.opts.epochs * t.stepsPerEpoch()
	// An average looks back so far: of fewer steps it has hardly left the first one.
	if decay := t.opts.averages(); decay > 0 && !t.opts.findRate && float64(steps)*(1-decay) < 1 {
		note("the moving average of the weights, which forgets %.3g of itself in a step, is mostly of the first weights after only %s: a smaller --ema, such as %.2g, or more --epochs", 1-decay, plural(steps, "step"), 1-min(10/float64(steps), 0.5))
	}
	if len(t.opts.hidden) > 0 && t.opts.alikeAtFirst() {
		note("--init %s makes all neurons of a hidden layer alike, and training does not tell them apart: want one that draws weights, such as he_uniform", t.opts.init)
	}
	if spec, err := catalog.Parse(t.opts.rates.String()); err == nil {
		// A warm-up of --warmup goes before it.
		all := stretch{unit: "step", from: t.opts.warmup + 1, to: steps, before: t.opts.warmup, total: steps, perEpoch: t.stepsPerEpoch()}
		if part := all.unreached(&spec); part != "" {
			note("--schedule: %s", part)
		}
	}
	if t.leavesOut() {
		note("the last batch of an epoch, which has one row, is left out: batch_norm takes two at least (another --batch leaves out none)")
	}
}

// averages is how slowly the average of the weights forgets that --ema or --optimizer asks for; 0 if none does.
func (o *trainOptions) averages() float64 {
	if o.ema > 0 || o.ruleSpec.Name != "ema" {
		return o.ema
	}
	for i, a := range o.ruleSpec.Args { // ema(rule, decay)
		if a.Name == "decay" || a.Name == "" && i == 1 {
			return a.Value.Number
		}
	}
	part, err := optim.Rules().Lookup("ema")
	if err != nil {
		return 0
	}
	decay, _ := strconv.ParseFloat(part.Params[1].Default, 64) // which the catalogue has read
	return decay
}

// savesAverages reports whether the weights at the end are averages of those that steps have made.
func (o *trainOptions) savesAverages() bool {
	return o.averages() > 0 || o.innerName() == "schedule_free_adamw"
}

// alikeAtFirst reports whether --init gives all neurons of a layer the same weights.
func (s *shape) alikeAtFirst() bool {
	init, err := s.initialiser()
	if init == nil || err != nil {
		return false
	}
	const in, out = 3, 3
	var w [in * out]float32
	init.Fill(rand.New(rand.NewPCG(1, 1)), in, out, w[:], make([]float32, out))
	return !slices.ContainsFunc(w[:], func(v float32) bool { return v != w[0] })
}

// normalisesBatches reports whether a row alone is no batch to train on.
func (s *shape) normalisesBatches() bool { return strings.HasPrefix(s.norm, "batch_norm") }

// leavesOut reports whether the last batch of an epoch is too short to be trained on.
func (t *training) leavesOut() bool {
	rows := t.train.X.Rows
	return t.opts.normalisesBatches() && rows > t.opts.batch && rows%t.opts.batch == 1
}
