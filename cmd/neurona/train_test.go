package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
)

func TestTrainWithoutFlags(t *testing.T) {
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	out := must(t, "", "train")
	for _, want := range []string{
		"circle: 1000 rows to train on, 500 to test; 2 features, 2 classes",
		"2 → 4 tanh → 1, 17 parameters",
		"binary cross entropy, adam",
		"native on ", "worker",
		"▓▓▓▓▓▓▓▓", "▓▓ inside",
		"500 epochs in ", " samples/s",
		"accuracy 9",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("there are terminal codes in what is no terminal")
	}
}

func TestTrainASCII(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	out := must(t, "", "train", "--epochs", "2")
	for _, r := range out {
		if r > 127 {
			t.Fatalf("output has %q, which is not ASCII:\n%s", r, out)
		}
	}
}

func TestTrainJSON(t *testing.T) {
	t.Parallel()
	all := lines(t, must(t, "", "train", "--json", "--epochs", "3", "--validation", "0.2", "--target-accuracy", "0.3", "--seed", "5"))
	start := object(t, all[0])
	wantKeys(t, start, "event", "data", "train_rows", "validation_rows", "test_rows", "features", "classes", "hidden",
		"activation", "outputs", "parameters", "loss", "optimizer", "learning_rate", "schedule", "batch", "epochs",
		"scale", "load_seconds", "backend", "library", "isa", "workers", "precision", "asked_precision", "seed")
	if start["event"] != "start" || start["train_rows"] != 800.0 || start["validation_rows"] != 200.0 || start["test_rows"] != 500.0 {
		t.Errorf("start is %v", start)
	}
	epoch := object(t, all[1])
	wantKeys(t, epoch, "event", "epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "test_loss",
		"test_accuracy", "learning_rate", "train_seconds", "samples_per_second")
	result := object(t, all[len(all)-1])
	wantKeys(t, result, "event", "test_accuracy", "test_loss", "test_rmse", "test_r2", "epochs", "train_seconds", "load_seconds",
		"samples_per_second", "backend", "library", "isa", "workers", "precision", "asked_precision", "seed", "best_epoch", "stopped_early",
		"target_reached", "target_on", "interrupted")
	if result["target_on"] != "test" {
		t.Errorf("the target is said to be looked for on %v", result["target_on"])
	}
	if result["event"] != "result" || result["seed"] != 5.0 || result["target_reached"] != true || result["test_rmse"] != nil {
		t.Errorf("result is %v", result)
	}
	if got, want := float64(len(all)-2), result["epochs"]; got != want {
		t.Errorf("%v epoch events for %v epochs", got, want)
	}
	if s, ok := result["train_seconds"].(float64); !ok || !(s > 0) {
		t.Errorf("train_seconds is %v", result["train_seconds"])
	}
}

func TestTrainQuiet(t *testing.T) {
	t.Parallel()
	if out := must(t, "", "train", "--quiet", "--epochs", "1"); out != "" {
		t.Errorf("--quiet wrote %q", out)
	}
	all := lines(t, must(t, "", "train", "--quiet", "--json", "--epochs", "1"))
	if len(all) != 1 || object(t, all[0])["event"] != "result" {
		t.Errorf("--quiet --json wrote %q, want the result alone", all)
	}
}

// TestTrainLearns trains on each built-in set in a short version. The accuracy
// asked for is what a wrong mapping of classes or outputs cannot reach.
func TestTrainLearns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		want float64
	}{
		{"--data and", 1},
		{"--data and --optimizer sgd", 1},
		{"--data and --loss mse", 1},
		{"--data xor", 1},
		{"--data xor --loss cross_entropy", 1},
		{"--data circle", 0.95},
		{"--data circle --backend gonum --epochs 200", 0.95},
		{"--data circle --isa generic --workers 1", 0.95},
		{"--data moons --optimizer nesterov", 0.95},
		{"--data moons --optimizer sgd(0.05,0.9,nesterov) --schedule warmup(20,cosine(floor=0.1))", 0.95},
		{"--data moons --optimizer adamw(decay=0.05) --lr 0.02", 0.95},
		{"--data spiral --optimizer momentum", 0.95},
		{"--data blobs --optimizer adamw --weight-decay 0.1", 0.95},
		{"--data moons --optimizer ema(adamw(decay=0.05),decay=0.9) --lr 0.02", 0.95},
		{"--data moons --optimizer groups(rmsprop,by_role(bias,decay=0)) --weight-decay 0.001", 0.95},
		{"--data moons --optimizer adadelta --schedule constant", 0.95},
		{"--data moons --optimizer lion --schedule sequence(linear(from=0.1,to=1),20,polynomial)", 0.95},
		{"--data moons --optimizer schedule_free_adamw --schedule warmup(50,constant)", 0.9},
		{"--data moons --optimizer schedule_free_adamw", 0.9},
		{"--data moons --optimizer lamb --schedule one_cycle", 0.9},
		{"--data blobs --scale minmax --schedule constant --warmup 20 --clip-norm 1 --accumulate 2", 0.95},
		{"--data digits --rows 2000 --hidden 64,32 --dropout 0.1 --epochs 8", 0.7},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			result := lastObject(t, must(t, "", strings.Fields("train --json --quiet "+c.args)...))
			if got, ok := result["test_accuracy"].(float64); !ok || !(got >= c.want) {
				t.Errorf("test accuracy is %v, want at least %v", result["test_accuracy"], c.want)
			}
		})
	}
}

func TestTrainMNIST(t *testing.T) {
	if os.Getenv(dataVariable) == "" {
		t.Skipf("%s is not set: it names the folder that holds mnist/", dataVariable)
	}
	t.Parallel()
	result := lastObject(t, must(t, "", "train", "--data", "mnist", "--rows", "3000", "--epochs", "3", "--hidden", "32", "--batch", "16", "--json"))
	if got, ok := result["test_accuracy"].(float64); !ok || !(got >= 0.8) {
		t.Errorf("test accuracy is %v, want at least 0.8", result["test_accuracy"])
	}
}

// TestTrainIsReproducible compares models of the same and of different seeds.
func TestTrainIsReproducible(t *testing.T) {
	t.Parallel()
	model := func(seed, workers string) []byte {
		path := filepath.Join(t.TempDir(), "m.safetensors")
		must(t, "", "train", "--quiet", "--epochs", "3", "--hidden", "40,30", "--seed", seed, "--workers", workers, "--save", path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := model("7", "1")
	if !bytes.Equal(first, model("7", "2")) {
		t.Error("two trainings with the same seed differ")
	}
	if bytes.Equal(first, model("8", "1")) {
		t.Error("trainings with different seeds do not differ")
	}
}

func TestTargetAccuracy(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	o := command(t, "", "train", "--data", "moons", "--hidden", "none", "--epochs", "3", "--target-accuracy", "1", "--json", "--save", path)
	if o.code != exitTargetMissed {
		t.Errorf("exit code %d, want %d", o.code, exitTargetMissed)
	}
	if !strings.Contains(o.stderr, "after 3 epochs, target 100 % not reached") {
		t.Errorf("stderr is %q", o.stderr)
	}
	if r := lastObject(t, o.stdout); r["target_reached"] != false || r["epochs"] != 3.0 {
		t.Errorf("result is %v", r)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the model has not been saved: %v", err)
	}
	r := lastObject(t, must(t, "", "train", "--data", "moons", "--target-accuracy", "0.9", "--json", "--quiet",
		"--validation", "0.2", "--early-stop", "50"))
	if r["target_reached"] != true || !(r["epochs"].(float64) < 100) || !(r["test_accuracy"].(float64) >= 0.9) {
		t.Errorf("result is %v, want the target reached before the last epoch", r)
	}
}

// TestTargetOn: of a table the validation part is watched, so that nothing has been chosen by the test part.
func TestTargetOn(t *testing.T) {
	t.Parallel()
	data := caseFile("timestamps.csv")
	o := command(t, "", "train", "--data", data, "--target-accuracy", "0.9")
	if o.code != exitUsage || !strings.Contains(o.stderr, "--target-accuracy needs --validation") || o.stdout != "" {
		t.Errorf("exit code %d, stderr %q, want %d", o.code, o.stderr, exitUsage)
	}
	for _, c := range []struct{ args, on string }{
		{"--data " + data + " --validation 0.25", "validation"},
		{"--data moons", "test"},
		{"--data moons --validation 0.25", "test"},
	} {
		all := lines(t, must(t, "", append([]string{"train", "--json", "--target-accuracy", "0.9"}, strings.Fields(c.args)...)...))
		result, last := object(t, all[len(all)-1]), object(t, all[len(all)-2])
		if result["target_on"] != c.on || result["target_reached"] != true {
			t.Errorf("%s: the target is looked for on %v, reached: %v", c.args, result["target_on"], result["target_reached"])
		}
		// It is the last epoch that reached it, and the first.
		for i, line := range all[1 : len(all)-1] {
			e := object(t, line)
			if v, ok := e[c.on+"_accuracy"].(float64); !ok || (v >= 0.9) != (i == len(all)-3) {
				t.Errorf("%s: epoch %d of %v: %s accuracy %v", c.args, i+1, last["epoch"], c.on, e[c.on+"_accuracy"])
			}
		}
	}
}

// TestTargetIsKept reaches a target accuracy at an epoch that early stopping
// does not think the best: it does not go back to weights that had not reached
// the target.
func TestTargetIsKept(t *testing.T) {
	t.Parallel()
	apart := 0
	for seed := range 8 {
		r := lastObject(t, must(t, "", "train", "--hidden", "8", "--epochs", "200", "--batch", "8", "--schedule", "constant", "--seed", fmt.Sprint(seed+1),
			"--validation", "0.1", "--early-stop", "1000", "--target-accuracy", "0.97", "--json", "--quiet"))
		if !(r["test_accuracy"].(float64) >= 0.97) {
			t.Errorf("seed %d: test accuracy %v in the end, want the target of 0.97, which was reached in epoch %v", seed+1, r["test_accuracy"], r["epochs"])
		}
		if r["epochs"] != r["best_epoch"] {
			apart++
		}
	}
	if apart == 0 {
		t.Error("the epoch that reached the target was always the best: nothing has been tested")
	}
}

// TestInterruptGoesBack interrupts a training that early stopping watches: the
// best weights are saved, and the report says so.
func TestInterruptGoesBack(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stdout := &interrupter{event: "epoch", cancel: cancel}
	var stderr bytes.Buffer
	args := []string{"train", "--json", "--epochs", "1000000", "--validation", "0.2", "--early-stop", "100"}
	if code := run(ctx, args, strings.NewReader(""), stdout, &stderr); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d; stderr %q", code, exitInterrupted, stderr.String())
	}
	if r := lastObject(t, stdout.String()); r["best_epoch"] != 1.0 || r["interrupted"] != true {
		t.Errorf("result is %v, want an interruption, and the first epoch the best", r)
	}
	told := (&training{interrupted: true, history: &nn.History{BestEpoch: 7}, opts: &trainOptions{earlyStop: 3}}).describeEnd()
	if told != "; interrupted, went back to epoch 7, the best" {
		t.Errorf("people are told %q", told)
	}
}

func TestEarlyStop(t *testing.T) {
	t.Parallel()
	// Labels that are noise: only the training loss can get better.
	var b strings.Builder
	b.WriteString("x,y,label\n")
	for i := range 60 {
		b.WriteString([]string{"0,1,a\n", "1,0,a\n", "0,1,b\n", "1,0,b\n", "1,1,b\n", "1,1,a\n"}[i%6])
	}
	r := lastObject(t, must(t, "", "train", "--data", file(t, "noise.csv", b.String()), "--validation", "0.3", "--early-stop", "2",
		"--lr", "0.05", "--epochs", "500", "--json"))
	if r["stopped_early"] != true || !(r["epochs"].(float64) < 500) || !(r["best_epoch"].(float64) < r["epochs"].(float64)) {
		t.Errorf("result is %v, want an early stop", r)
	}
}

// interrupter cancels a context when an event of the given kind is written.
type interrupter struct {
	bytes.Buffer
	event  string
	cancel context.CancelFunc
}

func (w *interrupter) Write(p []byte) (int, error) {
	var e struct{ Event string }
	if json.Unmarshal(p, &e) == nil && e.Event == w.event {
		w.cancel()
	}
	return w.Buffer.Write(p)
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"start", "epoch"} {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		path := filepath.Join(t.TempDir(), "m.safetensors")
		stdout := &interrupter{event: event, cancel: cancel}
		var stderr bytes.Buffer
		args := []string{"train", "--json", "--epochs", "1000000", "--save", path, "--target-accuracy", "1", "--hidden", "1"}
		if code := run(ctx, args, strings.NewReader(""), stdout, &stderr); code != exitInterrupted {
			t.Errorf("interrupted at %s: exit code %d, want %d; stderr %q", event, code, exitInterrupted, stderr.String())
		}
		if !strings.Contains(stderr.String(), "interrupted after") {
			t.Errorf("stderr is %q", stderr.String())
		}
		if r := lastObject(t, stdout.String()); r["event"] != "result" || r["interrupted"] != true || r["saved"] != path {
			t.Errorf("result is %v", r)
		}
		net, _, err := nn.LoadFile(path)
		if err != nil {
			t.Fatalf("the model has not been saved: %v", err)
		}
		net.Close()
	}
}

// TestInterruptReading cancels commands that wait for standard input.
func TestInterruptReading(t *testing.T) {
	t.Parallel()
	model := train(t, "--data", "circle", "--epochs", "1")
	for _, args := range []string{"train --data -", "predict " + model, "eval --data - " + model} {
		ctx, cancel := context.WithCancel(context.Background())
		never, end := io.Pipe()
		var stdout, stderr bytes.Buffer
		cancel()
		code := run(ctx, strings.Fields(args), never, &stdout, &stderr)
		if code != exitInterrupted || !strings.Contains(stderr.String(), "interrupted while reading data") || stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q, want %d", args, code, stdout.String(), stderr.String(), exitInterrupted)
		}
		end.Close()
	}
}

// TestTrainFromStandardInput pipes a table in.
func TestTrainFromStandardInput(t *testing.T) {
	t.Parallel()
	r := lastObject(t, must(t, flowers(60), "train", "--data", "-", "--label", "species", "--json"))
	if got, ok := r["test_accuracy"].(float64); !ok || !(got >= 0.9) {
		t.Errorf("test accuracy is %v, want at least 0.9", r["test_accuracy"])
	}
}

// TestDivergence lets the first step overflow.
func TestDivergence(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	data := file(t, "huge.csv", "x,y\n1e30,1\n2e30,-1\n-1e30,1\n3e30,-1\n1e29,2\n")
	o := command(t, "", "train", "--data", data, "--loss", "mse", "--scale", "none", "--save", path)
	if o.code != exitFailed || !strings.HasPrefix(o.stderr, "neurona: nn: epoch 1: step 1: layer 0 (dense 1→64 + relu): gradient of weight") {
		t.Errorf("exit code %d, stderr %q, want 1, and the gradient and its step", o.code, o.stderr)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a diverged model has been saved")
	}
}

func TestPlots(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	csv := file(t, "prices.csv", houses(50))
	for _, c := range []struct{ name, args, magic string }{
		{"region.png", "--data spiral --epochs 2", "\x89PNG\r\n"},
		{"region.svg", "--data circle --epochs 2", "<?xml"},
		{"region.PDF", "--data xor --epochs 2", "%PDF"},
		{"curves.png", "--data digits --rows 100 --epochs 2 --validation 0.2 --target-accuracy 0.01", "\x89PNG\r\n"},
		{"curves.svg", "--loss mse --epochs 40 --data " + csv, "<?xml"},
		{"one.pdf", "--loss mse --epochs 1 --data " + csv, "%PDF"},
	} {
		path := filepath.Join(folder, c.name)
		must(t, "", strings.Fields("train --quiet --plot "+path+" "+c.args)...)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.HasPrefix(data, []byte(c.magic)) {
			t.Errorf("%s begins with %q, want %q", c.name, data[:min(len(data), 8)], c.magic)
		}
	}
}

// TestTestNothing trains on all rows: that nothing has been tested is said, and what tests on the future is not done.
func TestTestNothing(t *testing.T) {
	t.Parallel()
	flowers, houses, dated := file(t, "flowers.csv", flowers(60)), file(t, "houses.csv", houses(60)), file(t, "days.csv", days(300))
	several := file(t, "plots.csv", plots(80))
	for _, c := range []struct {
		args       string
		rows, held float64
		note       string
	}{
		{"--data " + flowers, 60, 0, ""},
		{"--data " + flowers + " --validation 0.25 --early-stop 5 --target-accuracy 0.1", 45, 15, ""},
		{"--data " + houses, 60, 0, ""},
		{"--data " + several + " --label area --label size", 80, 0, ""},
		{"--data " + dated, 300, 0, ""},
		{"--data " + dated + " --past-future day", 300, 0, "neurona: rows are not divided by column day: --test is 0, and there is no --validation\n"},
		{"--data " + dated + " --past-future day --validation 0.2", 240, 60, ""},
		{"--data " + dated + " --group site", 300, 0, "neurona: rows are not divided by column site: --test is 0, and there is no --validation\n"},
	} {
		args := append([]string{"train", "--test", "0", "--epochs", "2"}, strings.Fields(c.args)...)
		o := command(t, "", append(args, "--json")...)
		if o.code != exitDone {
			t.Errorf("%s: exit code %d, stderr %q", c.args, o.code, o.stderr)
			continue
		}
		all := lines(t, o.stdout)
		start, result := object(t, all[0]), object(t, all[len(all)-1])
		if start["train_rows"] != c.rows || start["validation_rows"] != c.held || start["test_rows"] != 0.0 {
			t.Errorf("%s: %v rows to train on, %v to validate, %v to test", c.args, start["train_rows"], start["validation_rows"], start["test_rows"])
		}
		for key := range result {
			if strings.HasPrefix(key, "test_") || key == "labels" || key == "future" {
				t.Errorf("%s: the result has %s: %v", c.args, key, result[key])
			}
		}
		if got := strings.Join(said(o.stderr), ""); got != c.note || c.held == 0 && strings.Contains(o.stderr, "a random split") {
			t.Errorf("%s: stderr is %q, want %q", c.args, o.stderr, c.note)
		}
		out := applied(t, "", args...)
		if !strings.Contains(out, " none to test; ") || !strings.Contains(out, "\ntest      none, since --test is 0: ") {
			t.Errorf("%s: people are not told that nothing was tested:\n%s", c.args, out)
		}
	}
	// Only the curves of the loss can be drawn: there are no rows that tell right from wrong.
	path := filepath.Join(t.TempDir(), "p.svg")
	must(t, "", "train", "--quiet", "--data", flowers, "--test", "0", "--epochs", "3", "--plot", path)
	if data, err := os.ReadFile(path); err != nil || !bytes.Contains(data, []byte(">training<")) || bytes.Contains(data, []byte(">test<")) {
		t.Errorf("%v, or not the curves of training alone", err)
	}
}

// TestTrainTellsHowItRead: scripts learn from the first event how a table was read, in the words of inspect.
func TestTrainTellsHowItRead(t *testing.T) {
	t.Parallel()
	comma := file(t, "comma.csv", "# of last year\nx;y;label\n"+strings.Repeat("0,5;1,25;a\n7,5;1,75;b\n0,75;1,5;a\n7,25;1;b\n", 4)+"3;1;\n")
	compressed := filepath.Join(tables, "cases", "c57_gz.csv.gz")
	for _, c := range []struct {
		data, label                string
		rows                       float64
		separator, decimal, coding string
		header, gzip               bool
		comments                   float64
	}{
		{comma, "label", 17, ";", ",", "utf-8", true, false, 1},
		{compressed, "c", 40, ",", ".", "utf-8", true, true, 0},
		{filepath.Join(tables, "cases", "headerless_y_first.csv"), "#1", 300, ",", ".", "utf-8", false, false, 0},
	} {
		start := object(t, lines(t, applied(t, "", "train", "--json", "--epochs", "1", "--data", c.data, "--label", c.label))[0])
		delete(start, "notes") // which there may be, and doubts
		delete(start, "doubts")
		wantKeys(t, start, "event", "data", "train_rows", "validation_rows", "test_rows", "features", "classes", "hidden",
			"activation", "outputs", "parameters", "loss", "optimizer", "learning_rate", "schedule", "batch", "epochs",
			"scale", "load_seconds", "backend", "library", "isa", "workers", "precision", "asked_precision", "seed",
			"files", "rows", "dialect", "task", "columns")
		dialect := start["dialect"].(map[string]any)
		if textsOf(start["files"]) != c.data || start["rows"] != c.rows || dialect["comma"] != c.separator || dialect["decimal"] != c.decimal ||
			dialect["header"] != c.header || dialect["encoding"] != c.coding || dialect["gzip"] != c.gzip || dialect["comments"] != c.comments {
			t.Errorf("%s: %v rows of %v, read as %v", c.data, start["rows"], start["files"], dialect)
		}
		inspected := lastObject(t, applied(t, "", "inspect", c.data, "--json", "--label", c.label))
		for _, key := range []string{"files", "rows", "dialect"} {
			if got, want := fmt.Sprint(start[key]), fmt.Sprint(inspected[key]); got != want {
				t.Errorf("%s: %s is %s, inspect says %s", c.data, key, got, want)
			}
		}
	}
}
