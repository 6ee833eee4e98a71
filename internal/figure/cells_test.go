package figure

import (
	"math"
	"testing"
)

func TestScale(t *testing.T) {
	diverging := Scale{Low: 0, High: 1, Strength: 0.8, Hatched: true}
	sequential := Scale{Kind: Sequential, Low: -1, High: 1}
	for _, c := range []struct {
		scale   Scale
		value   float64
		want    Paint
		hatched bool
	}{
		{diverging, 0, Paint{SeriesA, 0.8}, false},
		{diverging, -5, Paint{SeriesA, 0.8}, false},
		{diverging, 0.5, Paint{SeriesB, 0}, false},
		{diverging, 1, Paint{SeriesB, 0.8}, true},
		{diverging, math.Inf(1), Paint{SeriesB, 0.8}, true},
		{diverging, math.NaN(), Paint{}, false},
		{sequential, -1, Paint{SeriesA, 0}, false},
		{sequential, 1, Paint{SeriesA, groundStrength}, false},
	} {
		got := c.scale.paint(c.value)
		if got.Role != c.want.Role || !(math.Abs(got.Strength-c.want.Strength) < 1e-9) || c.scale.hatched(c.value) != c.hatched {
			t.Errorf("%+v paints %v %v, hatched %v; want %v, %v", c.scale, c.value, got, c.scale.hatched(c.value), c.want, c.hatched)
		}
	}
}

// TestPainted: the blocks cover every cell that has a value, once.
func TestPainted(t *testing.T) {
	m := Cells{Rect: Rect{Point{10, 20}, Point{110, 70}}, Cols: 10, Rows: 5, Scale: Scale{Low: 0, High: 1, Strength: 1}}
	for i := range 50 {
		v := 1 - pseudo(i)/3 // nothing in the middle, which is not painted
		if i%7 == 0 {
			v = math.NaN()
		}
		m.Values = append(m.Values, v)
	}
	area := 0
	for _, l := range m.painted() {
		for _, b := range l.blocks {
			area += (b.x1 - b.x0) * (b.y1 - b.y0)
		}
	}
	if want := (50 - 8) * 100 * 100; area != want {
		t.Errorf("blocks cover %d, want %d", area, want)
	}
}

// TestHatching: lines lie over hatched cells alone.
func TestHatching(t *testing.T) {
	m := Cells{Rect: Rect{Point{0, 0}, Point{200, 100}}, Cols: 20, Rows: 10, Scale: Scale{Low: 0, High: 1, Hatched: true}}
	for range m.Rows {
		for col := range m.Cols {
			m.Values = append(m.Values, float64(col/10))
		}
	}
	lines := m.hatching()
	if len(lines) != 1 || len(lines[SeriesB]) < 10 {
		t.Fatalf("the lines are %v", lines)
	}
	for _, l := range lines[SeriesB] {
		for _, p := range []Point{l.from, l.to} {
			if !(p.X >= 95 && p.X <= 200 && p.Y >= -1e-9 && p.Y <= 105) {
				t.Errorf("a line goes to %v", p)
			}
		}
	}
	square := Area{Points: corners(Rect{Point{0, 0}, Point{60, 60}}), Hatched: true}
	for _, l := range square.hatching() {
		for _, p := range []Point{l.from, l.to} {
			if !(Rect{Point{0, 0}, Point{60, 60}}).holds(p) {
				t.Errorf("a line over a square goes to %v", p)
			}
		}
	}
}
