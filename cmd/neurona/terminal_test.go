package main

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// plane is a region of 4x2 cells whose right half is class 1.
func plane() *region {
	r := &region{cols: 4, rows: 2, classes: 2, left: 0, right: 4, bottom: 0, top: 2}
	for range r.rows {
		r.p = append(r.p, 1, 0, 0.6, 0.4, 0.4, 0.6, 0, 1)
	}
	return r
}

func TestDrawRegion(t *testing.T) {
	t.Parallel()
	shown := &model.Examples{Set: data.Set{X: dense(2, 2, []float32{0.5, 1.5, 3.5, 0.5})}, Truth: []model.Truth{{Classes: []int{0, 0}}}}
	cells := locate(plane(), shown, []int{0, 1})
	if len(cells) != 2 || cells[[2]int{0, 0}].wrong || !cells[[2]int{1, 3}].wrong {
		t.Fatalf("points are %v", cells)
	}
	for _, c := range []struct {
		name string
		t    terminal
		want string
	}{
		{"ASCII", terminal{}, "  ..%%\n  ..%x\n\n  .. no   %% yes   x wrong\n"},
		{"Unicode", terminal{unicode: true}, "  ··▓▓\n  ··▓×\n\n  ·· no   ▓▓ yes   × wrong\n"},
	} {
		if got := plane().draw(c.t, cells, []string{"no", "yes"}); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	for mode, code := range map[colourMode]string{colours256: "\x1b[48;5;", trueColour: "\x1b[48;2;0;114;178m"} {
		got := plane().draw(terminal{unicode: true, colours: mode}, cells, []string{"no", "yes"})
		first, _, _ := strings.Cut(got, "\n")
		if !strings.Contains(got, code) || !strings.Contains(got, "•") || !strings.Contains(got, "×") || !strings.HasSuffix(first, "\x1b[0m") {
			t.Errorf("colours %d: got %q", mode, got)
		}
	}
}

// TestRegionAgreesWithCells finds the cell of each cell's centre.
func TestRegionAgreesWithCells(t *testing.T) {
	t.Parallel()
	r := &region{cols: 7, rows: 5, left: -3, right: 4, bottom: 10, top: 11}
	for row := range r.rows {
		for col := range r.cols {
			if i, j := r.cell(r.centre(row, col)); i != row || j != col {
				t.Errorf("the centre of cell (%d, %d) is in cell (%d, %d)", row, col, i, j)
			}
		}
	}
}

func TestCube(t *testing.T) {
	t.Parallel()
	for c, want := range map[rgb]int{
		{0, 0, 0}: 16, {255, 255, 255}: 231, {255, 0, 0}: 196, {0, 95, 135}: 24, {215, 175, 0}: 178, {47, 48, 114}: 16 + 6 + 1,
	} {
		if got := c.cube(); got != want {
			t.Errorf("%v is colour %d, want %d", c, got, want)
		}
	}
}

func TestSparkline(t *testing.T) {
	t.Parallel()
	u := terminal{unicode: true}
	for _, c := range []struct {
		t      terminal
		values []float64
		want   string
	}{
		{u, []float64{0, 1, 2, 3, 4, 5, 6, 7}, "▁▂▃▄▅▆▇█"},
		{u, []float64{5, 5}, "▁▁"},
		{u, []float64{8, 8, 0, 0, 4, 4, 8, 8, 0, 0, 0, 0, 0, 0, 0, 0}, "█▁▄█▁▁▁▁"},
		{terminal{}, []float64{1, 0}, "#_"},
	} {
		if got := sparkline(c.t, c.values, 8); got != c.want {
			t.Errorf("%v: got %q, want %q", c.values, got, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{
		0: "0", 17: "17", 9999: "9999", 12345: "12.3k", 999499: "999k", 999600: "1M", 2.5e6: "2.5M", 1.23e12: "1.23e+03G",
	} {
		if got := count(v); got != want {
			t.Errorf("count(%v) is %q, want %q", v, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		383 * time.Microsecond: "0.383 ms", 163 * time.Millisecond: "163 ms", 1570 * time.Millisecond: "1.57 s",
		999700 * time.Microsecond: "1 s", 3600 * time.Second: "3600 s",
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) is %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{-1: "unknown", 48 << 10: "48 KiB", 2 << 20: "2 MiB", 3 << 19: "1.5 MiB"} {
		if got := bytesize(n); got != want {
			t.Errorf("bytesize(%d) is %q, want %q", n, got, want)
		}
	}
	for v, want := range map[number]string{number(math.NaN()): "null", number(math.Inf(-1)): "null", 0.5: "0.5"} {
		if got, err := v.MarshalJSON(); err != nil || string(got) != want {
			t.Errorf("%v in JSON is %q, %v, want %q", float64(v), got, err, want)
		}
	}
}

// TestTerminal looks at files, which are none, and at the locale.
func TestTerminal(t *testing.T) {
	f, err := os.Create(file(t, "out", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, c := range []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "de_DE.UTF-8", true},
		{"", "", "en_US.utf8", true},
		{"C", "", "de_DE.UTF-8", false},
		{"", "C.UTF-8", "C", true},
		{"", "", "C", false},
	} {
		t.Setenv("LC_ALL", c.all)
		t.Setenv("LC_CTYPE", c.ctype)
		t.Setenv("LANG", c.lang)
		got := lookAt(f)
		if got.unicode != c.want || got.interactive || got.colours != noColour || got.width != defaultWidth {
			t.Errorf("LC_ALL=%s LC_CTYPE=%s LANG=%s: %+v, want Unicode %t and no terminal", c.all, c.ctype, c.lang, got, c.want)
		}
	}
}

// TestProgress draws the bar as on a terminal.
func TestProgress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	tr := &training{
		app:   &app{stderr: newStandardError(&out)},
		opts:  &trainOptions{batch: 10, epochs: 2},
		train: &model.Examples{Set: data.Set{X: tensor.Matrix{Rows: 95}}},
	}
	if tr.newProgress() != nil {
		t.Fatal("there is a progress bar without a terminal")
	}
	tr.err = terminal{interactive: true, width: 120, unicode: true}
	tr.opts.quiet = true
	if tr.newProgress() != nil {
		t.Fatal("there is a progress bar with --quiet")
	}
	tr.opts.quiet = false
	p := tr.newProgress()
	p.epoch(&epoch{EpochInfo: nn.EpochInfo{Accuracy: 0.75}})
	p.drawn = time.Now().Add(-time.Second)
	if err := p.step(nn.StepInfo{Epoch: 2, Step: 15, Loss: 0.25, Samples: 10}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"75%", "epoch 2/2", "loss 0.2500", "acc 75.00 %", "10 samples/s", "━"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the bar lacks %q: %q", want, out.String())
		}
	}
	p.clear()

	out.Reset()
	tr.err.width = 50
	p = tr.newProgress()
	p.drawn = time.Now().Add(-time.Second)
	if err := p.step(nn.StepInfo{Epoch: 1, Step: 2, Loss: 0.25, Samples: 10}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(out.String(), "\r") {
		if n := utf8.RuneCountInString(line); n >= 50 {
			t.Errorf("a line of %d columns on a terminal of 50: %q", n, line)
		}
	}
}
