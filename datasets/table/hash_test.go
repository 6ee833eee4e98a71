package table_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
)

// TestHash: it is that of the cells, not of how a file separates them, and tells all others apart.
func TestHash(t *testing.T) {
	hash := func(text string, options ...table.Option) string {
		t.Helper()
		tab, err := table.Read(strings.NewReader(text), options...)
		if err != nil {
			t.Fatal(err)
		}
		return tab.Hash()
	}
	want := hash("x,town\n1.50,Rome\n,\"a,b\"\n")
	for _, same := range []string{"x;town\r\n1.50;Rome\r\n;a,b\r\n", "# a comment\n\"x\",\"town\"\n\"1.50\",\"Rome\"\n\"\",\"a,b\"\n"} {
		if got := hash(same); got != want {
			t.Errorf("%q has another hash", same)
		}
	}
	if !strings.HasPrefix(want, "sha256:") || len(want) != 7+64 {
		t.Errorf("the hash is %q", want)
	}
	seen := map[string]string{want: "the first"}
	for _, other := range []string{"x,town\n1.5,Rome\n,\"a,b\"\n", "y,town\n1.50,Rome\n,\"a,b\"\n", "x,town\n1.50,Rome\n0,\"a,b\"\n", "town,x\nRome,1.50\n\"a,b\",\n", "x,town\n,\"a,b\"\n1.50,Rome\n", "x,town\n1.50Ro,me\n,\"a,b\"\n", "x,town\n1.50,Rome\n"} {
		got := hash(other)
		if before, ok := seen[got]; ok {
			t.Errorf("%q has the hash of %s", other, before)
		}
		seen[got] = other
	}
}

func BenchmarkHash(b *testing.B) {
	var text strings.Builder
	text.WriteString("a,b,c,d\n")
	for i := range 250_000 {
		fmt.Fprintf(&text, "%d,%d.%02d,town%d,%d\n", i, i%1000, i%97, i%50, i%7)
	}
	tab, err := table.Read(strings.NewReader(text.String()))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		tab.Hash()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/cell")
}
