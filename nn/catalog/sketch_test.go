package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
)

// TestRoundTrips parses spellings of all families and prints what it gets.
func TestRoundTrips(t *testing.T) {
	roundTrips(t, initialisers(), [][2]string{{"he_normal", "he_normal"}, {"torch_linear()", "torch_linear"}})
	roundTrips(t, schedules(), [][2]string{
		{"constant", "constant"},
		{"cosine(0)", "cosine"},
		{"cosine(over=1e3)", "cosine(over=1000)"},
		{"warmup(500,cosine)", "warmup(500, cosine)"},
		{"warmup(then=cosine(floor=.1),steps=500)", "warmup(500, cosine(floor=0.1))"},
		{"warmup(1, warmup(2, constant))", "warmup(1, warmup(2, constant))"},
	})
	roundTrips(t, rules(), [][2]string{
		{"sgd(lr=1e-2)", "sgd"},
		{"sgd(lr=0.1, momentum=0.9, nesterov, decay=1e-4)", "sgd(lr=0.1, momentum=0.9, nesterov, decay=0.0001)"},
		{"sgd(nesterov, 0.1, 0.9)", "sgd(lr=0.1, momentum=0.9, nesterov)"},
		{"sgd(momentum=0.9, nesterov=true)", "sgd(momentum=0.9, nesterov)"},
		{"sgd(momentum=0.9, nesterov=false)", "sgd(momentum=0.9)"},
		{"adamw(1e-3, decay=0.05)", "adamw(decay=0.05)"},
		{"adam(betas=[0.9,0.99])", "adam(betas=[0.9, 0.99])"},
	})
	roundTrips(t, layers(), [][2]string{
		{"dense(512)", "dense(512)"},
		{"dense(out=512, init=torch_linear, bias=true)", "dense(512)"},
		{"dense(512, init=he_normal, bias=false)", "dense(512, bias=false, init=he_normal)"},
		{"leaky_relu(0.2)", "leaky_relu(slope=0.2)"},
		{"stack(dense(64), relu, residual(dense(64), relu))", "stack(dense(64), relu, residual(dense(64), relu))"},
		{"stack(layers=[dense(64), relu], scale=2)", "stack(dense(64), relu, scale=2)"},
		{"reshape([28,28,1])", "reshape([28, 28, 1])"},
		{`pick("a", missing=refuse)`, `pick("a")`},
	})
}

func roundTrips[P fmt.Stringer](t *testing.T, c catalog.Catalog[P], list [][2]string) {
	t.Helper()
	for _, pair := range list {
		p, err := c.Parse(pair[0])
		if err != nil {
			t.Errorf("%s: %v", pair[0], err)
			continue
		}
		if p.String() != pair[1] {
			t.Errorf("%s is %s, want %s", pair[0], p, pair[1])
		}
		if again, err := c.Parse(p.String()); err != nil || again.String() != p.String() {
			t.Errorf("%s is %v, %v", p, again, err)
		}
	}
}

// TestProperties holds for every part of every family.
func TestProperties(t *testing.T) {
	properties(t, initialisers())
	properties(t, schedules())
	properties(t, rules())
	properties(t, activations())
	properties(t, layers())
}

func properties[P fmt.Stringer](t *testing.T, c catalog.Catalog[P]) {
	if err := c.Verify(); err != nil {
		t.Error(err)
	}
	help := strings.Split(strings.TrimSuffix(c.Help(), "\n"), "\n")
	if len(help) != len(c.Parts()) {
		t.Errorf("%s: %d lines of help for %d parts", c.Family(), len(help), len(c.Parts()))
	}
	for i, part := range c.Parts() {
		t.Run(c.Family()+"/"+part.Name, func(t *testing.T) {
			if c.Names()[i] != part.Name || !strings.HasPrefix(help[i], part.Usage()) {
				t.Errorf("name %q, help %q", c.Names()[i], help[i])
			}
			if found, err := c.Lookup(part.Name); err != nil || found.Name != part.Name {
				t.Errorf("Lookup: %v", err)
			}
			if text, err := c.Describe(part.Name); err != nil || !strings.HasPrefix(text, part.Usage()) {
				t.Errorf("Describe: %q, %v", text, err)
			}
			example := part.Name
			if part.Example != "" {
				example = part.Example
			}
			partProperties(t, c, part, example)
		})
	}
}

func partProperties[P fmt.Stringer](t *testing.T, c catalog.Catalog[P], part catalog.Part[P], example string) {
	for cut := range len(example) + 1 {
		for _, text := range c.Complete(example[:cut]) {
			if !strings.HasPrefix(text, example[:cut]) {
				t.Errorf("%q is completed as %q", example[:cut], text)
			}
		}
		if cut < len(example) {
			_, _ = c.Parse(example[:cut]) // whatever it is, it does not panic
		}
	}
	if _, err := c.Parse(part.Name + "(1, 2, 3, 4, 5, 6, no_such=1)"); err == nil {
		t.Error("arguments that it does not have are taken")
	}
	for _, p := range part.Params {
		if _, err := c.Parse(fmt.Sprintf("%s(%s=%s, %[2]s=%[3]s)", part.Name, p.Name, "nothing_of_this_name")); err == nil {
			t.Errorf("%s: a word that means nothing is taken, twice", p.Name)
		}
	}
}

// FuzzCatalog feeds catalogues anything: what they take, they print so that they
// take it again.
func FuzzCatalog(f *testing.F) {
	for _, text := range []string{
		"stack(dense(64), relu, residual(dense(64, bias=false), leaky_relu(0.2)))", "dense(1e3, init=he_normal)", `pick("é", mean)`,
		"reshape([1,2])", "stack(layers=[relu])", "dense(0)", "stack(bias)", "dense(bias, 3)", "swish",
	} {
		f.Add(text)
	}
	c := layers()
	f.Fuzz(func(t *testing.T, text string) {
		for _, completed := range c.Complete(text) {
			if !strings.HasPrefix(completed, text) {
				t.Fatalf("%q is completed as %q", text, completed)
			}
		}
		l, err := c.Parse(text)
		if err != nil {
			return
		}
		again, err := c.Parse(l.String())
		if err != nil || again.String() != l.String() {
			t.Fatalf("%q is %q, which is %v, %v", text, l, again, err)
		}
	})
}
