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
		if _, err := optim.Rules().Parse(p.Name); err != nil { // it is nothing without arguments
			list = append(list, p.Usage())
			continue
		}
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

// inner is the spelling that flags such as --lr are about: that of the rule around which groups and
// ema are, or all of it. What is on the way is a copy.
func inner(spec catalog.Spec) (all, at *catalog.Spec) {
	all = &spec
	for at = all; ; {
		at.Args = slices.Clone(at.Args)
		part, err := optim.Rules().Lookup(at.Name)
		if err != nil || len(part.Params) == 0 || part.Params[0].Kind != catalog.OnePart {
			return all, at
		}
		i := slices.IndexFunc(at.Args, func(a catalog.Argument) bool { return a.Name == "" || a.Name == part.Params[0].Name })
		if i < 0 || at.Args[i].Value.Spec == nil {
			return all, at
		}
		within := *at.Args[i].Value.Spec
		at.Args[i].Value.Spec = &within
		at = &within
	}
}

// innerName is the name of the rule that steps.
func (o *trainOptions) innerName() string {
	_, at := inner(o.ruleSpec)
	return at.Name
}

// resolveRate fills in the learning rate, from --optimizer or else from the recipe.
func (o *trainOptions) resolveRate(r recipe, changed func(flag string) bool) error {
	spec := o.specWith(map[string]float64{}, changed) // its slots depend on the other flags
	rule, err := optim.Rules().Build(*spec)
	if err != nil {
		rule, err = optim.Rules().Build(o.ruleSpec) // which are to blame themselves, later
		spec = &o.ruleSpec
	}
	switch {
	case err != nil:
		return flagError("optimizer", err)
	case changed("lr"):
	case o.givesRate():
		o.rate = rule.Rate()
	default:
		_, at := inner(*spec)
		steps, err := optim.Rules().Build(*at)
		if err != nil {
			return flagError("optimizer", err)
		}
		name := at.Name
		if slices.ContainsFunc(at.Args, func(a catalog.Argument) bool { return a.Name == "match_adamw" }) {
			name = "adamw" // whose rates it is made to take
		}
		o.rate = r.rateFor(name, len(steps.Slots()))
	}
	return nil
}

// givesRate reports whether --optimizer says what the learning rate is.
func (o *trainOptions) givesRate() bool {
	_, at := inner(o.ruleSpec)
	return slices.ContainsFunc(at.Args, func(a catalog.Argument) bool {
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
	given := map[string]float64{}
	if changed("lr") || !o.givesRate() {
		given["lr"] = o.rate
	}
	return o.ruleWith(given, changed)
}

// ruleWith is the optimizer of --optimizer with these arguments and those of other flags.
func (o *trainOptions) ruleWith(given map[string]float64, changed func(flag string) bool) (optim.Rule, error) {
	r, err := optim.Rules().Build(*o.specWith(given, changed))
	if err == nil && o.ema > 0 {
		r = optim.EMA(r, o.ema)
	}
	return r, flagError("optimizer", err)
}

// specWith is its spelling.
func (o *trainOptions) specWith(given map[string]float64, changed func(flag string) bool) *catalog.Spec {
	if changed("momentum") {
		given["momentum"] = o.momentum
	}
	if changed("weight-decay") {
		given["decay"] = o.weightDecay
	}
	spec, at := inner(o.ruleSpec)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !strings.Contains(o.optimizer, "(") { // what it stands for may have the argument
			at.Args = slices.DeleteFunc(at.Args, func(a catalog.Argument) bool { return a.Name == name })
		}
		at.Args = append(at.Args, catalog.Argument{Name: name, Value: catalog.Value{Form: catalog.NumberForm, Number: given[name]}})
	}
	return spec
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
	rising, unit, then := o.rising()
	total := map[string]int{"step": steps, "epoch": o.epochs}[unit]
	switch {
	case rising > 0 && o.warmup > 0:
		return nil, badFlag("warmup", o.warmup, fmt.Sprintf("none beside the %s of --schedule %q", plural(rising, unit), o.schedule))
	case rising >= total && then != "constant":
		return nil, badFlag("schedule", o.schedule, fmt.Sprintf("a warmup of fewer %ss than the %d of the training", unit, total))
	case o.warmup == 0:
		return o.rates, nil
	case o.warmup >= steps && o.rates != optim.Constant():
		return nil, badFlag("warmup", o.warmup, fmt.Sprintf("fewer steps than the %d of the training", steps))
	}
	return optim.Warmup(o.warmup, o.rates), nil
}

// rising is how long a warm-up --schedule spells, in steps or, within per_epoch, in epochs, and the name of what follows.
func (o *trainOptions) rising() (long int, unit, then string) {
	parsed, err := catalog.Parse(o.rates.String()) // canonical: warmup(steps, then), per_epoch(of)
	if err != nil {
		return 0, "step", ""
	}
	spec := &parsed
	unit = "step"
	for spec.Name == "per_epoch" && len(spec.Args) == 1 && spec.Args[0].Value.Spec != nil {
		spec, unit = spec.Args[0].Value.Spec, "epoch"
	}
	if spec.Name != "warmup" || len(spec.Args) < 2 || spec.Args[1].Value.Spec == nil {
		return 0, unit, ""
	}
	return int(spec.Args[0].Value.Number), unit, spec.Args[1].Value.Spec.Name
}
