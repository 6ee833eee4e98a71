package rival

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// writeWords writes float32 and int32 values as package compare does.
func writeWords(t *testing.T, words ...any) string {
	t.Helper()
	var raw []byte
	for _, w := range words {
		switch w := w.(type) {
		case float32:
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(w))
		case int32:
			raw = binary.LittleEndian.AppendUint32(raw, uint32(w))
		}
	}
	file := filepath.Join(t.TempDir(), "step")
	if err := os.WriteFile(file, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func fields(file, changes string) []string {
	list := "file=" + file + " sizes=2-1-3 batch=2 hidden=relu output=identity loss=ce optimizer=adam rate=0.5 precision=float32 nanos=100 samples=3 limit=200 " + changes
	return strings.Fields(list)
}

func f(values ...float32) []any {
	var words []any
	for _, v := range values {
		words = append(words, v)
	}
	return words
}

func TestReadJob(t *testing.T) {
	// w 2x1, b 1, w 1x3, b 3, x 2x2, labels.
	words := append(f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13), int32(2), int32(0))
	j, err := readJob(fields(writeWords(t, words...), ""))
	if err != nil {
		t.Fatal(err)
	}
	if len(j.Layers) != 2 || j.Inputs() != 2 || j.Outputs() != 3 || j.Layers[0].Activation != "relu" || j.Layers[1].Activation != "identity" {
		t.Errorf("layers are %+v", j.Layers)
	}
	if !slices.Equal(j.Layers[1].W, []float32{4, 5, 6}) || !slices.Equal(j.Layers[1].B, []float32{7, 8, 9}) || !slices.Equal(j.X, []float32{10, 11, 12, 13}) {
		t.Errorf("weights %v, biases %v, x %v", j.Layers[1].W, j.Layers[1].B, j.X)
	}
	if !slices.Equal(j.OneHot(), []float32{0, 0, 1, 1, 0, 0}) {
		t.Errorf("labels %v are %v as values", j.Labels, j.OneHot())
	}
	if j.Rate != 0.5 || j.sample != 100*time.Nanosecond || j.samples != 3 || j.limit != 200*time.Nanosecond {
		t.Errorf("rate %g, timing %v %d %v", j.Rate, j.sample, j.samples, j.limit)
	}
	if want := 6 * 2 * (2*1 + 1*3.0); j.FLOPs() != want {
		t.Errorf("%g FLOPs, want %g", j.FLOPs(), want)
	}
}

func TestReadJobErrors(t *testing.T) {
	file := writeWords(t, f(1, 2, 3)...)
	for name, list := range map[string][]string{
		"too short": fields(file, ""),
		"no file":   fields(file+"x", ""),
		"sizes":     fields(file, "sizes=2--1"),
		"one size":  fields(file, "sizes=2"),
		"batch":     fields(file, "batch=many"),
		"rate":      fields(file, "rate=fast"),
	} {
		if j, err := readJob(list); err == nil {
			t.Errorf("%s: read %+v, want an error", name, j)
		}
	}
}

// counter is a network whose loss is the number of the step.
type counter struct{ steps int }

func (c *counter) Step() (float64, error) {
	c.steps++
	if c.steps > 1000 {
		panic("tired\nof it")
	}
	time.Sleep(time.Microsecond)
	return float64(c.steps), nil
}
func (*counter) Close() error { return nil }

func TestAnswer(t *testing.T) {
	words := append(f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13), int32(2), int32(0))
	file := writeWords(t, words...)
	lib := Library{New: func(*Job) (Stepper, error) { return &counter{}, nil }}
	if got := answer(lib, fields(file, "")); !strings.HasPrefix(got, "ok\tns=") || !strings.HasSuffix(got, "\tlosses=1,2,3") {
		t.Errorf("answer is %q", got)
	}
	if got := answer(lib, fields(file, "precision=bf16")); got != "no\tfloat32 only" {
		t.Errorf("answer is %q", got)
	}
	lib.New = func(*Job) (Stepper, error) { return &counter{steps: 1000}, nil }
	if got := answer(lib, fields(file, "")); got != "err\ttired" {
		t.Errorf("answer is %q", got)
	}
}
