package familytest

import (
	"cmp"
	"errors"
	"fmt"
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
)

// checkSpellings expects each part to be read as what it is printed as, and names of old
// to say the new ones.
func checkSpellings[P fmt.Stringer](t *testing.T, c catalog.Catalog[P]) {
	for _, p := range c.Parts() {
		part, err := c.Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		if again, err := c.Parse(part.String()); err != nil || again.String() != part.String() {
			t.Errorf("%s is read as %v, %v", part, again, err)
		}
		for old, now := range p.Formerly {
			var renamed *catalog.RenamedError
			if _, err := c.Parse(old); !errors.As(err, &renamed) || renamed.Now != now {
				t.Errorf("%s: error is %v, want one that says %s", old, err, now)
			}
			if _, err := c.Parse(now); err != nil {
				t.Errorf("%s is to be written %s: %v", old, now, err)
			}
		}
	}
}
