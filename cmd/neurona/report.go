package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// reportStart says what is about to be trained, on what.
func (t *training) reportStart() error {
	switch {
	case t.opts.quiet:
		return nil
	case t.opts.json:
		return writeJSON(t.stdout, t.startEvent())
	}
	var b strings.Builder
	line(&b, "data", t.describeData())
	t.table.report(&b, t.out)
	line(&b, "network", t.describeNetwork())
	line(&b, "training", t.describeTraining())
	line(&b, "machine", describeEngine(engineOf(t.net)))
	_, err := io.WriteString(t.stdout, b.String())
	return err
}

// line writes one line of a report: a name and what there is to say.
func line(w io.Writer, name, text string) { fmt.Fprintf(w, "%-10s%s\n", name, brief(text, errorBytes)) }

func (t *training) describeData() string {
	text := fmt.Sprintf("%s: %d rows to train on, ", t.out.field(t.opts.name()), t.train.X.Rows)
	if t.validation != nil {
		text += fmt.Sprintf("%d to validate, ", t.validation.Rows)
	}
	if t.test != nil {
		text += fmt.Sprintf("%d to test; ", t.test.Rows)
	} else {
		text += "none to test; "
	}
	text += plural(t.train.X.Cols, "feature") + ", "
	var heads []string
	for i := range t.task.Targets() {
		if n := len(t.task.Targets()[i].Classes()); n > 0 {
			heads = append(heads, fmt.Sprintf("%d classes", n))
		} else {
			heads = append(heads, "a number to predict")
		}
	}
	return text + strings.Join(heads, ", ")
}

// describeNetwork draws the layers: 784 → 512 relu → 10.
func (t *training) describeNetwork() string {
	arrow := t.out.pick(" → ", " -> ")
	parts := []string{fmt.Sprint(t.net.Inputs())}
	for i, residual := range t.opts.blocks() {
		part := fmt.Sprint(t.opts.hidden[i])
		if t.opts.norm != "" {
			part += " " + t.opts.norm
		}
		part += " " + t.opts.activation
		if t.opts.dropout > 0 {
			part += fmt.Sprintf(" (dropout %v)", t.opts.dropout)
		}
		if residual {
			part = "+" + part
		}
		parts = append(parts, part)
	}
	parts = append(parts, fmt.Sprint(t.net.Outputs()))
	text := fmt.Sprintf("%s, %s parameters", strings.Join(parts, arrow), count(float64(t.net.NumParameters())))
	if t.opts.init != "" {
		text += ", first by " + t.opts.init
	}
	return text
}

func (t *training) describeTraining() string {
	text := fmt.Sprintf("%s, %s", strings.ReplaceAll(t.task.Loss().String(), "_", " "), t.opts.optimizer)
	if !t.opts.givesRate() {
		text += fmt.Sprintf(" %v", t.opts.rate)
	}
	if t.opts.schedule == "cosine" {
		text += t.out.pick(" → 0", " -> 0")
	}
	for _, c := range []struct {
		name  string
		value float64
	}{
		{"momentum", t.opts.momentum}, {"weight decay", t.opts.weightDecay}, {"warmup", float64(t.opts.warmup)},
		{"ema", t.opts.ema}, {"clip norm", t.opts.clipNorm}, {"clip value", t.opts.clipValue},
	} {
		if c.value > 0 {
			text += fmt.Sprintf(", %s %v", c.name, c.value)
		}
	}
	text += fmt.Sprintf(", batches of %d", min(t.opts.batch, t.train.X.Rows))
	if t.opts.accumulate > 1 {
		text += fmt.Sprintf(" (%d to a step)", t.opts.accumulate)
	}
	return text + fmt.Sprintf(", %s, seed %d", plural(t.opts.epochs, "epoch"), t.opts.seed)
}

// describeEngine says what computes. The library of the backend native goes
// without saying.
func describeEngine(e engineEvent) string {
	name := e.Backend
	if name != "native" {
		name += " (" + e.Library + ")"
	}
	return fmt.Sprintf("%s on %s, %s, %s", name, e.ISA, plural(e.Workers, "worker"), e.Precision)
}

// notePrecision says on standard error that products are not done in the
// precision asked for, if so. That is no matter of --quiet.
func (a *app) notePrecision(net *nn.Network) {
	if as, why := net.Precision(); as != net.AskedPrecision() {
		a.say("--precision is %s, products are %s: %s", net.AskedPrecision(), as, why)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// reportEpoch is told of each epoch; people see the progress bar instead.
func (t *training) reportEpoch(e *epoch) error {
	if t.opts.quiet || !t.opts.json {
		return nil
	}
	return writeJSON(t.stdout, newEpochEvent(e))
}

// reportResult says how it went.
func (t *training) reportResult() error {
	switch {
	case t.opts.json:
		return writeJSON(t.stdout, t.resultEvent())
	case t.opts.quiet:
		return nil
	}
	var b strings.Builder
	if t.isDrawn() {
		drawing, err := t.drawRegion()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(t.stdout.raw(), "\n%s\n", drawing); err != nil { // in colours
			return err
		}
	}
	if len(t.epochs) > 1 {
		line(&b, "loss", t.describeLosses())
	}
	line(&b, "trained", fmt.Sprintf("%s in %s, %s samples/s%s", plural(len(t.epochs), "epoch"),
		duration(t.trainTime), count(t.samplesPerSecond()), t.describeEnd()))
	if t.test != nil {
		line(&b, "test", describeScore(&t.tested))
		printMeasured(&b, t.out, t.measured, t.tested.Rows)
	} else {
		line(&b, "test", "none, since --test is 0: how good the model is on rows that it has not seen is not known")
	}
	if t.future != nil {
		line(&b, "future", t.out.field(t.future.String()))
	}
	if t.opts.save != "" {
		saved := t.out.field(t.opts.save)
		if info, err := os.Stat(t.opts.save); err == nil && info.Mode().IsRegular() {
			saved += ", " + filesize(info.Size())
		}
		if t.opts.savesAverages() {
			saved += ", with the averaged weights"
		}
		line(&b, "saved", saved)
	}
	if t.opts.plot != "" {
		line(&b, "plotted", t.out.field(t.opts.plot))
	}
	_, err := io.WriteString(t.stdout, b.String())
	return err
}

// describeEnd says why training ended, if not because it was done.
func (t *training) describeEnd() string {
	switch {
	case t.interrupted && t.opts.earlyStop > 0 && t.history.BestEpoch > 0:
		return fmt.Sprintf("; interrupted, went back to epoch %d, the best", t.history.BestEpoch)
	case t.interrupted:
		return "; interrupted"
	case t.reached:
		return "; target accuracy reached on the " + t.watchedPart() + " rows" + map[bool]string{true: ", which it was chosen by"}[t.opts.isBuiltIn()]
	case t.history.StoppedEarly:
		return fmt.Sprintf("; stopped early, went back to epoch %d", t.history.BestEpoch)
	case t.opts.earlyStop > 0 && t.history.BestEpoch != len(t.epochs):
		return fmt.Sprintf("; went back to epoch %d, the best", t.history.BestEpoch)
	}
	return ""
}

// describeLosses draws the loss over the epochs in a line: 0.69 █▅▃▂▁▁ 0.012.
// It is the validation loss, if there is one.
func (t *training) describeLosses() string {
	losses := make([]float64, len(t.epochs))
	for i := range t.epochs {
		losses[i] = t.epochs[i].MonitoredLoss()
	}
	first, last := losses[0], losses[len(losses)-1]
	return fmt.Sprintf("%.4g %s %.4g", first, sparkline(t.out, losses, 32), last)
}

// sparkline draws values as columns of dots or blocks, at most width of them.
func sparkline(t terminal, values []float64, width int) string {
	levels := []rune(t.pick("▁▂▃▄▅▆▇█", "_.-=*#"))
	cols := min(width, len(values))
	shown := make([]float64, cols)
	low, high := values[0], values[0]
	for i := range shown {
		// The mean of the values that fall on the column.
		from, to := i*len(values)/cols, (i+1)*len(values)/cols
		for _, v := range values[from:to] {
			shown[i] += v / float64(to-from)
		}
		if i == 0 {
			low, high = shown[0], shown[0]
		}
		low, high = min(low, shown[i]), max(high, shown[i])
	}
	line := make([]rune, cols)
	for i, v := range shown {
		level := 0
		if high > low {
			level = int((v - low) / (high - low) * float64(len(levels)-1))
		}
		line[i] = levels[min(max(level, 0), len(levels)-1)]
	}
	return string(line)
}

// drawRegion draws what the network has learnt of the plane, with the test
// points.
func (t *training) drawRegion() (string, error) {
	r, err := newRegion(t.net, t.task, t.unscaled, min(drawingCols, max(t.out.width-4, 8)), drawingRows)
	if err != nil {
		return "", err
	}
	return r.draw(t.out, locate(r, t.unscaled, t.predictedClasses()), t.task.Classes()), nil
}

// predictedClasses are what the network says of the test part.
func (t *training) predictedClasses() []int {
	got := make([]int, t.outputs.Rows)
	for i := range got {
		got[i] = t.task.Targets()[0].Class(tensor.Row(t.outputs, i))
	}
	return got
}
