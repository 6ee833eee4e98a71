package loss_test

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestCatalog holds for every loss there is.
func TestCatalog(t *testing.T) {
	c := loss.Catalog()
	if err := c.Verify(); err != nil {
		t.Fatal(err)
	}
	if files, err := parts(); err != nil || !slices.Equal(files, slices.Sorted(slices.Values(c.Names()))) {
		t.Errorf("files of losses are %v (%v), the catalogue's names %v: a loss is a file of its name and a line of Catalog", files, err, c.Names())
	}
	for _, l := range []loss.Loss{loss.MSE(), loss.BinaryCrossEntropy(), loss.CrossEntropy()} {
		got, err := c.Parse(l.String())
		if err != nil || got != l {
			t.Errorf("%s is read as %v, %v", l, got, err)
		}
	}
	for _, p := range c.Parts() {
		for old, now := range p.Formerly {
			_, err := c.Parse(old)
			var renamed *catalog.RenamedError
			if !errors.As(err, &renamed) || renamed.Now != now {
				t.Errorf("%s: error is %v, want one that says %s", old, err, now)
			}
			if _, err := c.Parse(now); err != nil {
				t.Errorf("%s is to be written %s: %v", old, now, err)
			}
		}
	}
	var unknown *names.UnknownError
	if _, err := c.Parse("cross_entrpy"); !errors.As(err, &unknown) || unknown.Nearest != "cross_entropy" {
		t.Errorf("error is %v, want one that suggests cross_entropy", err)
	}
}

// parts lists the files of the package that say how a loss is written.
func parts() ([]string, error) {
	entries, err := os.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var list []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(text), "Part() catalog.Part[Loss] {") {
			list = append(list, strings.TrimSuffix(e.Name(), ".go"))
		}
	}
	return list, nil
}

// TestDocumentedTable expects the package's documentation to have the
// catalogue's table.
func TestDocumentedTable(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for line := range strings.Lines(loss.Catalog().Help()) {
		want += "//\t" + line
	}
	if !strings.Contains(string(text), "//\n"+want+"//\n") {
		t.Errorf("doc.go does not have the table\n%s", want)
	}
}

// huber is a loss of one's own, with an argument.
func huber(delta float32) loss.Loss {
	return loss.Element(huberPart().Spell().Float("delta", float64(delta)).String(), func(y, t float32) (l, dl float32) {
		switch d := y - t; {
		case d > delta:
			return delta * (d - delta/2), delta
		case d < -delta:
			return delta * (-d - delta/2), -delta
		default:
			return d * d / 2, d
		}
	})
}

func huberPart() catalog.Part[loss.Loss] {
	return catalog.Part[loss.Loss]{
		Name: "huber", Help: "squares near 0, magnitudes beyond delta",
		Params: []catalog.Param{{Name: "delta", Kind: catalog.Number, Default: "1", Range: catalog.Above(0)}},
		New:    func(a catalog.Args) (loss.Loss, error) { return huber(float32(a.Float("delta"))), nil },
	}
}

// TestOwnLoss adds a loss to the catalogue, where everything finds it, and fits a
// line with an outlier.
func TestOwnLoss(t *testing.T) {
	c := loss.Catalog().With(huberPart())
	if err := c.Verify(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.Help(), "\nhuber(delta=1)  ") {
		t.Errorf("the help has no huber:\n%s", c.Help())
	}
	if got := c.Complete("hu"); !slices.Equal(got, []string{"huber"}) {
		t.Errorf(`"hu" is completed as %q`, got)
	}
	if _, err := c.Parse("huber(0)"); err == nil {
		t.Error("a delta of 0 is taken")
	}
	l, err := c.Parse("huber(0.50)")
	if err != nil || l.String() != "huber(delta=0.5)" {
		t.Fatalf("huber(0.50) is %v, %v", l, err)
	}
	x := tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: []float32{-2, -1, 0, 1, 2}}
	y := tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: []float32{-3, -1, 1, 3, 1005}}
	net, err := nn.New(1, []nn.Layer{nn.Dense(1)})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if report, err := nn.CheckGradients(net, l, x, data.Values(y)); err != nil || report.Checked == 0 {
		t.Errorf("%+v, %v", report, err)
	}
	trainer, err := nn.NewTrainer(net, l, nn.SGD(0.3))
	if err != nil {
		t.Fatal(err)
	}
	if trainer.Loss() != l {
		t.Errorf("the trainer has the loss %v", trainer.Loss())
	}
	for range 2000 {
		if _, err := trainer.Step(x, data.Values(y)); err != nil {
			t.Fatal(err)
		}
	}
	// The outlier pulls with delta, no more: four points and a constant.
	w, b, err := net.Weights(0)
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(float64(w.Data[0])-2) <= 0.5) || !(math.Abs(float64(b[0])-1) <= 0.5) {
		t.Errorf("the line is %v·x + %v, want about 2·x + 1", w.Data[0], b[0])
	}
	if m, err := trainer.Evaluate(nn.Data{X: x, Target: data.Values(y)}); err != nil || !math.IsNaN(m.Accuracy) {
		t.Errorf("accuracy %v, %v, want NaN: it does not classify", m.Accuracy, err)
	}
	allocations := testing.AllocsPerRun(10, func() { _, err = trainer.Step(x, data.Values(y)) })
	if err != nil || allocations != 0 {
		t.Errorf("a step allocates %v times, error %v", allocations, err)
	}
	history, err := trainer.Fit(context.Background(), nn.Data{X: x, Target: data.Values(y)}, nn.Epochs(2), nn.Batch(2))
	if err != nil || len(history.Epochs) != 2 {
		t.Errorf("Fit: %v", err)
	}
}
