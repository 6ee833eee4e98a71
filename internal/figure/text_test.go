package figure

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/internal/plain"
)

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// drawn is a figure in characters.
func drawn(t *testing.T, f *Figure, width, height int, o TextOptions) string {
	t.Helper()
	text, err := f.Text(width, height, o)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTextSize: a drawing has as many rows of as many characters as were asked
// for, whatever the terminal; only as many kinds of characters as it has; and
// leaves no colour on.
func TestTextSize(t *testing.T) {
	figures := append(gallery(), wild())
	for _, f := range figures {
		for _, width := range []int{8, 60, 61, 80, 120} {
			for _, height := range []int{0, 8, 24, 50} {
				for _, o := range []TextOptions{{}, {Unicode: true}, {Colours: Colours256}, {Unicode: true, Colours: TrueColour}} {
					text := drawn(t, f, width, height, o)
					want := height
					if want == 0 {
						want = f.TextHeight(width)
					}
					rows := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
					if len(rows) != want {
						t.Errorf("%s at %d x %d %v has %d rows, want %d", f.Name, width, height, o, len(rows), want)
					}
					for _, row := range rows {
						if got := utf8.RuneCountInString(escapes.ReplaceAllString(row, "")); got != width {
							t.Errorf("%s at %d x %d %v has a row of %d characters", f.Name, width, height, o, got)
						}
						if all := escapes.FindAllString(row, -1); o.Colours == NoColours && all != nil || all != nil && all[len(all)-1] != "\x1b[0m" {
							t.Errorf("%s at %d x %d %v has the escapes %q in a row", f.Name, width, height, o, all)
						}
					}
					if !o.Unicode && strings.ContainsFunc(text, func(r rune) bool { return r > 0x7e }) {
						t.Errorf("%s at %d x %d %v is not ASCII", f.Name, width, height, o)
					}
				}
			}
		}
	}
}

func TestTextSizeRefused(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {7, 20}, {20, 7}, {-1, 20}, {80, -1}, {100000, 20}, {20, 100000}} {
		if _, err := small().Text(size[0], size[1], TextOptions{}); err == nil {
			t.Errorf("a drawing of %d x %d characters is no error", size[0], size[1])
		}
	}
}

// TestTextIsLegible: the texts of all figures but labels of ticks are there, at
// usual widths.
func TestTextIsLegible(t *testing.T) {
	for _, f := range gallery() {
		var texts textList
		f.draw(&texts)
		for _, width := range []int{60, 80, 100, 120} {
			for _, unicode := range []bool{true, false} {
				text := drawn(t, f, width, 0, TextOptions{Unicode: unicode})
				for _, want := range texts.list {
					written := want.Text
					if !unicode {
						written = plain.ASCII(written)
					}
					if !want.Optional && !strings.Contains(text, written) {
						t.Errorf("%s at %d characters (Unicode %v) does not say %q", f.Name, width, unicode, written)
					}
				}
			}
		}
	}
}

// TestTextPlaces: marks are in the cells that their coordinates say.
func TestTextPlaces(t *testing.T) {
	f := New("test", "Test", alt, 80, 40) // a cell is a unit wide and two high
	f.Add(
		Points{[]Point{{0.5, 1}, {79.5, 39}}, PointStyle{Shape: Cross}},
		Text{At: Point{10, 11}, Text: "start", Size: 2},
		Text{At: Point{40, 21}, Text: "mid", Size: 2, Anchor: Middle},
		Polyline{Points: []Point{{20, 30.1}, {40, 30.1}}},
	)
	rows := strings.Split(drawn(t, f, 80, 20, TextOptions{Unicode: true}), "\n")
	for _, c := range []struct {
		row, col int
		want     string
	}{
		{0, 0, "×"}, {19, 79, "×"}, {5, 10, "start"}, {10, 39, "mid"}, {15, 20, "⠉⠉⠉"},
	} {
		if got := string([]rune(rows[c.row])[c.col : c.col+utf8.RuneCountInString(c.want)]); got != c.want {
			t.Errorf("in row %d from column %d there is %q, want %q", c.row, c.col, got, c.want)
		}
	}
}

// TestSeriesDiffer: without colours, and without Unicode, series are told apart
// by characters or by dashes.
func TestSeriesDiffer(t *testing.T) {
	for _, o := range []TextOptions{{}, {Unicode: true}} {
		seen := map[string]bool{}
		for i := range 4 {
			f := newFigure()
			f.Add(Polyline{Points: []Point{{10, 200}, {600, 200}}, Stroke: Series(i)})
			line := drawn(t, f, 80, 20, o)
			f = newFigure()
			f.Add(Points{[]Point{{300, 200}}, SeriesPoints(i)})
			point := drawn(t, f, 80, 20, o)
			if seen[line] || seen[point] {
				t.Errorf("series %d looks like another one, %+v", i, o)
			}
			seen[line], seen[point] = true, true
		}
	}
}

// TestTextsDoNotTouch: two labels in one place are both there.
func TestTextsDoNotTouch(t *testing.T) {
	f := newFigure()
	for _, text := range []string{"one", "two", "three", "four"} {
		f.Add(Text{At: Point{300, 200}, Text: text})
	}
	text := drawn(t, f, 80, 24, TextOptions{})
	for _, want := range []string{" one ", " two ", " three ", " four "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing or touches another text", want)
		}
	}
}
