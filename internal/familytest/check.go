package familytest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/catalog"
)

// Check holds a family to what all families promise. It is called in the family's
// folder, once for each family that is there; scratch is a part that the family does not have.
func Check[P fmt.Stringer](t *testing.T, c catalog.Catalog[P], scratch catalog.Part[P]) {
	t.Run("verify", func(t *testing.T) {
		if err := c.Verify(); err != nil {
			t.Error(err)
		}
	})
	t.Run("spellings", func(t *testing.T) { checkSpellings(t, c.With(scratch)) })
	t.Run("scratch", func(t *testing.T) { checkScratch(t, c, scratch) })
	s, err := read(".")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("count", func(t *testing.T) {
		faults := s.count(c.Family(), c.Names())
		if !*update { // which writes them
			faults = append(faults, s.countGoldens(".", c.Names())...)
		}
		for _, fault := range faults {
			t.Error(fault)
		}
	})
	t.Run("table", func(t *testing.T) { checkTable(t, s.tables[c.Family()].heading(), c.Help()) })
}

// checkScratch adds a part and looks for it everywhere.
func checkScratch[P fmt.Stringer](t *testing.T, c catalog.Catalog[P], scratch catalog.Part[P]) {
	name := scratch.Name
	if _, err := c.Lookup(name); err == nil {
		t.Fatalf("the catalogue has a part %s without its being added", name)
	}
	with := c.With(scratch)
	if err := with.Verify(); err != nil {
		t.Fatal(err)
	}
	if got, want := with.Names(), append(c.Names(), name); !slices.Equal(got, want) {
		t.Errorf("names are %q, want %q", got, want)
	}
	if !strings.Contains("\n"+with.Help(), "\n"+scratch.Usage()) {
		t.Errorf("help does not have %s:\n%s", name, with.Help())
	}
	if text, err := with.Describe(name); err != nil || !strings.Contains(text, scratch.Help) {
		t.Errorf("described as %q, %v, want %q in it", text, err, scratch.Help)
	}
	begins := func(s string) bool { return strings.HasPrefix(s, name) }
	if got := with.Complete(name[:len(name)-1]); !slices.ContainsFunc(got, begins) {
		t.Errorf("completions are %q, want %s among them", got, name)
	}
	var unknown *names.UnknownError
	if _, err := with.Parse(name + "x"); !errors.As(err, &unknown) || unknown.Nearest != name {
		t.Errorf("error of %sx is %v, want one that suggests %s", name, err, name)
	}
	if _, err := c.Parse(name); !errors.As(err, &unknown) {
		t.Errorf("once %s has been added, the catalogue without it says %v", name, err)
	}
}
