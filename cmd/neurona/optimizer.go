package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/optim"
)

// This file is how --optimizer and --schedule, which take spellings, go together with
// the flags that are an argument each.

// optimizers are the names that --optimizer takes: those of the catalogue and, as names
// without arguments, what it would have written otherwise, such as momentum.
func optimizers() []string {
	var list []string
	for _, p := range optim.Rules().Parts() {
		list = append(append(list, p.Name), slices.Sorted(maps.Keys(p.Formerly))...)
	}
	return list
}

// parseRule reads --optimizer.
func (o *trainOptions) parseRule() (err error) {
	rules := optim.Rules()
	if strings.Contains(o.optimizer, "(") {
		o.ruleSpec, err = catalog.Parse(o.optimizer)
		return err
	}
	o.ruleSpec = catalog.Spec{Name: o.optimizer}
	_, err = rules.Lookup(o.optimizer)
	if now := new(catalog.RenamedError); errors.As(err, &now) {
		o.ruleSpec, err = catalog.Parse(now.Now)
	}
	return err
}

// resolveRate fills in the learning rate, from --optimizer or else from the recipe.
func (o *trainOptions) resolveRate(r recipe, changed func(flag string) bool) error {
	rule, err := optim.Rules().Build(o.ruleSpec)
	switch {
	case err != nil:
		return flagError("optimizer", err)
	case changed("lr"):
	case o.givesRate():
		o.rate = rule.Rate()
	default:
		o.rate = r.rateFor(o.ruleSpec.Name, len(rule.Slots()))
	}
	return nil
}

// givesRate reports whether --optimizer says what the learning rate is.
func (o *trainOptions) givesRate() bool {
	return slices.ContainsFunc(o.ruleSpec.Args, func(a catalog.Argument) bool {
		return a.Name == "lr" || a.Name == "" && a.Value.Form == catalog.NumberForm // it is the first
	})
}

// takers are the rules that have a parameter.
func takers(param string) []string {
	var list []string
	for _, p := range optim.Rules().Parts() {
		if slices.ContainsFunc(p.Params, func(q catalog.Param) bool { return q.Name == param }) {
			list = append(list, p.Name)
		}
	}
	return list
}

// rule is the optimizer that the flags ask for.
func (o *trainOptions) rule(changed func(flag string) bool) (optim.Rule, error) {
	spec := o.ruleSpec
	spec.Args = slices.Clone(spec.Args)
	for _, arg := range []struct {
		name  string
		value float64
		given bool
	}{
		{"lr", o.rate, changed("lr") || !o.givesRate()},
		{"momentum", o.momentum, changed("momentum")},
		{"decay", o.weightDecay, changed("weight-decay")},
	} {
		if !arg.given {
			continue
		}
		if !strings.Contains(o.optimizer, "(") { // what it stands for may have the argument
			spec.Args = slices.DeleteFunc(spec.Args, func(a catalog.Argument) bool { return a.Name == arg.name })
		}
		spec.Args = append(spec.Args, catalog.Argument{Name: arg.name, Value: catalog.Value{Form: catalog.NumberForm, Number: arg.value}})
	}
	r, err := optim.Rules().Build(spec)
	return r, flagError("optimizer", err)
}

// parseSchedule reads --schedule.
func (o *trainOptions) parseSchedule() (err error) {
	schedules := optim.Schedules()
	if !strings.Contains(o.schedule, "(") {
		if _, err := schedules.Lookup(o.schedule); err != nil {
			return err
		}
	}
	o.rates, err = schedules.Parse(o.schedule)
	return err
}

// scheduleOver is the schedule that the flags ask for, in a training of so many steps.
func (o *trainOptions) scheduleOver(steps int) (optim.Schedule, error) {
	switch {
	case o.warmup == 0:
		return o.rates, nil
	case o.warmup >= steps && o.rates != optim.Constant():
		return nil, badFlag("warmup", o.warmup, fmt.Sprintf("fewer steps than the %d of the training", steps))
	}
	return optim.Warmup(o.warmup, o.rates), nil
}
