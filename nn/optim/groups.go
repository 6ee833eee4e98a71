package optim

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Group is some tensors of a network, by role or by name, and what a rule does otherwise with
// them. It is a value: methods return another.
type Group struct {
	roles    roleSet // either these
	patterns string  // or these, with spaces between them
	odd      bool    // a pattern is empty or has a space in it

	factor   float64 // of the rate
	decay    float64
	hasRate  bool
	hasDecay bool
	frozen   bool
}

// ByRole is the tensors of these roles. A network may have none.
func ByRole(roles ...tensor.Role) Group { return Group{roles: setOf(roles)} }

// ByName is the tensors whose names match one of these patterns, which are those of
// path.Match: "layers.0.weight", "layers.3.*". In names as files have them there are dots, and
// a star stands for any number of anything. A pattern that matches nothing is an
// error of whoever makes an optimizer.
func ByName(patterns ...string) Group {
	list, odd := joined(patterns)
	return Group{patterns: list, odd: odd}
}

// joined is patterns with spaces between them, and whether one is none.
func joined(patterns []string) (list string, odd bool) {
	for _, p := range patterns {
		odd = odd || p == "" || len(strings.Fields(p)) != 1
	}
	return strings.Join(patterns, " "), odd
}

// RateFactor multiplies the learning rate, whatever a schedule makes of it, by f, at least 0.
func (g Group) RateFactor(f float64) Group {
	g.factor, g.hasRate = f, true
	return g
}

// Decay sets the weight decay, of a rule that is a Decayer.
func (g Group) Decay(d float64) Group {
	g.decay, g.hasDecay = d, true
	return g
}

// Freeze leaves the tensors as they are: no step, no decay, no state. As with PyTorch's
// requires_grad = False, their gradients do not count in the norm that gradients are
// clipped to, nor are they looked at.
func (g Group) Freeze() Group {
	g.frozen = true
	return g
}

// groups is the rule that Groups returns.
type groups struct {
	rule Rule
	list []Group
}

// Groups is a rule with exceptions, PyTorch's param_groups:
//
//	optim.Groups(optim.AdamW(1e-3),
//		optim.ByRole(tensor.Bias, tensor.Scale).Decay(0),
//		optim.ByName("layers.0.*").RateFactor(0.1),
//		optim.ByName("layers.3.*").Freeze())
//
// A tensor follows all groups that it is in; where two say the same thing, the later one
// counts. It is in none by default, and then the rule's.
func Groups(rule Rule, list ...Group) Rule {
	if inner, ok := rule.(*groups); ok {
		return &groups{inner.rule, slices.Concat(inner.list, list)}
	}
	return &groups{rule, slices.Clone(list)}
}

func groupsPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "groups",
		Params: []catalog.Param{
			{Name: "rule", Kind: catalog.OnePart, Help: "for all tensors"},
			{Name: "groups", Kind: catalog.ManyParts, Optional: true, Of: groupKinds(), Help: "with these exceptions"},
		},
		Help: "a rule with exceptions by role or name", Formula: "as the rule, with lr·rate_factor and decay of the group", Torch: "param_groups",
		Example: `groups(adamw, by_role(bias, scale, decay=0), by_name("layers.0.*", rate_factor=0.1), by_name("layers.3.*", frozen))`,
		New: func(a catalog.Args) (Rule, error) {
			return valid(Groups(catalog.One[Rule](a, "rule"), catalog.Many[Group](a, "groups")...))
		},
	}
}

// groupKinds are the ways to say which tensors are a group.
func groupKinds() catalog.Catalog[Group] {
	return catalog.New[Group]("group").With(byRolePart(), byNamePart())
}

func byRolePart() catalog.Part[Group] {
	return groupPart("by_role", catalog.Param{Name: "roles", Kind: catalog.ManyParts, Of: roles(), Help: "of the tensors"}, "by_role(bias, decay=0)",
		func(a catalog.Args) Group { return ByRole(catalog.Many[tensor.Role](a, "roles")...) })
}

func byNamePart() catalog.Part[Group] {
	return groupPart("by_name", catalog.Param{Name: "names", Kind: catalog.Text, Help: "patterns of the tensors' names, with spaces between them"}, `by_name("layers.0.*", frozen)`,
		func(a catalog.Args) Group { return ByName(strings.Fields(a.Text("names"))...) })
}

func groupPart(name string, which catalog.Param, example string, choose func(catalog.Args) Group) catalog.Part[Group] {
	return catalog.Part[Group]{
		Name: name, Help: "tensors and what is done otherwise with them", Example: example,
		Params: []catalog.Param{
			which,
			{Name: "rate_factor", Kind: catalog.Number, Optional: true, Range: catalog.AtLeast(0), Help: "of the learning rate"},
			{Name: "decay", Kind: catalog.Number, Optional: true, Range: catalog.AtLeast(0), Help: "how much they shrink"},
			{Name: "frozen", Kind: catalog.Bool, Default: "false", Help: "they stay as they are"},
		},
		New: func(a catalog.Args) (Group, error) {
			g := choose(a)
			if a.Has("rate_factor") {
				g = g.RateFactor(a.Float("rate_factor"))
			}
			if a.Has("decay") {
				g = g.Decay(a.Float("decay"))
			}
			g.frozen = a.Bool("frozen")
			return g, g.Validate()
		},
	}
}

// String is the group's spelling.
func (g Group) String() string {
	var s catalog.Spelling
	if g.patterns != "" {
		s = byNamePart().Spell().Text("names", g.patterns)
	} else {
		s = byRolePart().Spell().Parts("roles", g.roles.names()...)
	}
	if g.hasRate {
		s = s.Float("rate_factor", g.factor)
	}
	if g.hasDecay {
		s = s.Float("decay", g.decay)
	}
	return s.Bool("frozen", g.frozen).String()
}

// Validate reports a group of nothing, one that changes nothing, and impossible numbers.
func (g Group) Validate() error {
	switch {
	case g.odd:
		return fmt.Errorf("group %q: want patterns that are not empty, without spaces", g.patterns)
	case g.patterns == "" && g.roles&^strangeRole == 0, g.roles&strangeRole != 0:
		return fmt.Errorf("group: want roles that are trained (%s) or names", strings.Join(setOf(trainedRoles()).names(), ", "))
	case !g.hasRate && !g.hasDecay && !g.frozen:
		return fmt.Errorf("group %s changes nothing: want a factor of the rate, a decay, or that it is frozen", g)
	}
	for _, p := range strings.Fields(g.patterns) {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("group %s: %q: %w", g, p, err)
		}
	}
	return errors.Join(fault.NonNegative("group", "rate_factor", g.factor), checkDecay("group", g.decay))
}

// matching returns for each tensor whether one of patterns, with spaces between
// them, matches its name. Each has to match something.
func matching(patterns string, tensors []tensor.Tensor) ([]bool, error) {
	is := make([]bool, len(tensors))
	for _, p := range strings.Fields(patterns) {
		known := make([]string, len(tensors))
		found := false
		for i, t := range tensors {
			known[i] = t.Name
			if ok, err := path.Match(p, t.Name); err != nil {
				return nil, fmt.Errorf("%q: %w", p, err)
			} else if ok {
				is[i], found = true, true
			}
		}
		if !found {
			return nil, names.Unknown("tensor", p, known)
		}
	}
	return is, nil
}

// members returns for each tensor whether it is in g.
func (g Group) members(tensors []tensor.Tensor) ([]bool, error) {
	if g.patterns != "" {
		return matching(g.patterns, tensors)
	}
	is := make([]bool, len(tensors))
	for i, t := range tensors {
		is[i] = g.roles.has(t.Role)
	}
	return is, nil
}

// Assign implements Assigner.
func (r *groups) Assign(tensors []tensor.Tensor) ([]Assignment, error) {
	list, err := Assign(r.rule, tensors)
	if err != nil {
		return nil, err
	}
	list = slices.Clone(list)
	factors := make([]float64, len(tensors))
	decays := make([]*float64, len(tensors))
	for i := range factors {
		factors[i] = 1
	}
	for _, g := range r.list {
		is, err := g.members(tensors)
		if err != nil {
			return nil, fmt.Errorf("group %s: %w", g, err)
		}
		for i := range tensors {
			if !is[i] {
				continue
			}
			if g.hasRate {
				factors[i] = g.factor
			}
			if g.hasDecay {
				decays[i] = &g.decay
			}
			list[i].Frozen = list[i].Frozen || g.frozen
		}
	}
	for i := range list {
		list[i].RateFactor *= factors[i]
		if decays[i] == nil || list[i].Frozen {
			continue
		}
		if list[i].Rule, err = withDecay(list[i].Rule, *decays[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", tensors[i].Name, err)
		}
	}
	return list, nil
}

func (r *groups) String() string {
	spellings := make([]string, len(r.list))
	for i, g := range r.list {
		spellings[i] = g.String()
	}
	s := groupsPart().Spell()
	if r.rule != nil {
		s = s.Part("rule", r.rule.String())
	}
	return s.Parts("groups", spellings...).String()
}

func (r *groups) Rate() float64 { return r.rule.Rate() }

func (r *groups) Validate() error {
	if r.rule == nil {
		return fault.Nil("groups", "rule", "one such as SGD or Adam")
	}
	if err := r.rule.Validate(); err != nil {
		return err
	}
	for _, g := range r.list {
		if err := g.Validate(); err != nil {
			return err
		}
	}
	return nil
}

func (r *groups) Slots() []Slot { return r.rule.Slots() }

func (r *groups) Stepper() Stepper { return r.rule.Stepper() }

// Bind implements Vector.
func (r *groups) Bind(k *kernels.Set) Stepper { return Bind(r.rule, k) }
