package figure

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// distance is how far a place is from the nearest one between a and b, in tenths.
func distance(p, a, b spot) float64 {
	dx, dy := float64(b.x-a.x), float64(b.y-a.y)
	ex, ey := float64(p.x-a.x), float64(p.y-a.y)
	part := 0.0
	if a != b {
		part = min(1, max(0, (ex*dx+ey*dy)/(dx*dx+dy*dy)))
	}
	return math.Hypot(ex-part*dx, ey-part*dy)
}

// TestSimplified: no point that is left out is farther than a tenth of a unit
// from the line, and a straight line has two points.
func TestSimplified(t *testing.T) {
	var straight, wave, back, huge []spot
	for i := range 200 {
		straight = append(straight, spot{10 * i, 20 * i})
		wave = append(wave, spot{30 * i, int(3000 * pseudo(i/7))})
		back = append(back, spot{1000 + 37*i - 70*i*(i%3)/2, i / 9})
		huge = append(huge, spot{100_000 * i, int(2e7*pseudo(i/5)) - 1e7})
	}
	if got := simplified(straight); len(got) != 2 {
		t.Errorf("a straight line has %d points, want 2", len(got))
	}
	for name, line := range map[string][]spot{
		"a wave":                            wave,
		"one that turns back":               back,
		"one behind its start":              {{1000, 1000}, {950, 1000}, {5000, 1000}},
		"one beyond its end":                {{1000, 1000}, {5050, 1001}, {5000, 1000}},
		"one that comes back to its start":  {{0, 0}, {400, 3}, {900, 0}, {400, -3}, {0, 0}},
		"one as large as a figure":          {{0, 0}, {31_000, 0}, {100_000, 100_000}},
		"one as large as what can be drawn": {{-1e7, -1e7}, {1e7, -1e7 + 1}, {1e7, 1e7}, {-1e7, 1e7 - 3}, {-1e7, -1e7 + 1}},
		"one that reaches beyond a figure":  huge,
	} {
		kept := simplified(line)
		if kept[0] != line[0] || kept[len(kept)-1] != line[len(line)-1] {
			t.Errorf("%s goes from %v to %v, want from %v to %v", name, kept[0], kept[len(kept)-1], line[0], line[len(line)-1])
		}
		at := 0
		for _, p := range line[1:] {
			a, b := kept[at], kept[min(at+1, len(kept)-1)]
			if off := distance(p, a, b); !(off <= 1+1e-9) {
				t.Errorf("%s: %v is %.1f tenths off the line from %v to %v", name, p, off, a, b)
			}
			if p == b {
				at = min(at+1, len(kept)-1)
			}
		}
		if at != len(kept)-1 {
			t.Errorf("%s: of %d points %d are left, and not in their order", name, len(line), len(kept))
		}
	}
	if got := simplified(wave); len(got) >= len(wave) {
		t.Errorf("all %d points of a wave are left", len(got))
	}
}

// TestLinesTurnBack: what a line does behind its start is drawn.
func TestLinesTurnBack(t *testing.T) {
	f := newFigure()
	f.Add(Polyline{Points: []Point{{100, 100}, {95, 100}, {500, 100}}})
	var b bytes.Buffer
	if err := f.WriteSVG(&b, Light()); err != nil {
		t.Fatal(err)
	}
	if want := `d="M100 100L95 100 500 100"`; !strings.Contains(b.String(), want) {
		t.Errorf("%s does not contain %s", b.String(), want)
	}
}
