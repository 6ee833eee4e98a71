package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/bench"
)

func TestParseAnswer(t *testing.T) {
	got, err := parseAnswer("ok\tns=12.5\tchecksum=-3e2\tlosses=0.5,0.25,nan\tsettings=eager, foreach\treference=other\tepochs=6\taccuracy=0.98")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Losses) != 3 || got.Losses[2] == got.Losses[2] {
		t.Fatalf("losses are %v, want the third NaN", got.Losses)
	}
	got.Losses = got.Losses[:2]
	want := answer{Nanos: 12.5, Checksum: -300, Losses: []float64{0.5, 0.25}, Settings: "eager, foreach", Reference: "other", Epochs: 6, Accuracy: 0.98}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestParseAnswerErrors(t *testing.T) {
	for name, line := range map[string]string{
		"empty":         "",
		"verdict":       "maybe\tns=1",
		"no time":       "ok\tchecksum=1",
		"zero time":     "ok\tns=0",
		"negative time": "ok\tns=-1",
		"NaN time":      "ok\tns=nan",
		"word as time":  "ok\tns=fast",
		"no key":        "ok\tns=1\tfast",
		"losses":        "ok\tns=1\tlosses=1,two",
		"epochs":        "ok\tns=1\tepochs=1.5",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseAnswer(line); !errors.Is(err, errProtocol) {
				t.Errorf("parseAnswer(%q) = %v, want errProtocol", line, err)
			}
		})
	}
	var no *declined
	if _, err := parseAnswer("no\tplain float32 only"); !errors.As(err, &no) || no.why != "plain float32 only" {
		t.Errorf("no: got %v, want a *declined that says why", err)
	}
	if _, err := parseAnswer("err\tout of memory"); err == nil || errors.As(err, &no) || err.Error() != "out of memory" {
		t.Errorf("err: got %v, want the rival's words", err)
	}
}

func TestParseDescription(t *testing.T) {
	got, err := parseDescription("ok\tname=BLIS\tversion=0.9.0\tsettings=a=b, 2 threads")
	if want := (description{"BLIS", "0.9.0", "a=b, 2 threads"}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if _, err := parseDescription("ok\tversion=1"); !errors.Is(err, errProtocol) {
		t.Errorf("without a name: got %v, want errProtocol", err)
	}
}

// TestRequestsAreOneLine guards what rivals split: a tab or line break in a
// value would make another request of it.
func TestRequestsAreOneLine(t *testing.T) {
	tm := timing{Sample: 2 * time.Millisecond, Samples: 3, Limit: time.Second}
	for _, task := range []task{
		product{sized(bench.NT, 3, 5, 7), bench.Plan, "bf16"},
		steps(false)[2],
		newMNIST("/data", "float32", 7),
	} {
		l := line(task, tm)
		if strings.ContainsAny(l, "\r\n") {
			t.Errorf("%q has more than one line", l)
		}
		for _, field := range strings.Split(l, "\t")[1:] {
			if key, _, ok := strings.Cut(field, "="); !ok || key == "" {
				t.Errorf("%q: field %q is not key=value", l, field)
			}
		}
		if !strings.HasSuffix(l, "\tnanos=2000000\tsamples=3\tlimit=1000000000") {
			t.Errorf("%q does not end with the timing", l)
		}
	}
}

// TestRequests guards the words that rivals in other languages know.
func TestRequests(t *testing.T) {
	s := steps(false)[2]
	s.Precision, s.file = "bf16", "/scratch/step2"
	for want, task := range map[string]task{
		"gemm\tform=nt\tm=3\tn=5\tk=7\tlayout=plan\tprecision=bf16":                                                                                 product{sized(bench.NT, 3, 5, 7), bench.Plan, "bf16"},
		"step\tfile=/scratch/step2\tsizes=30-64-32-1\tbatch=32\thidden=relu\toutput=identity\tloss=bce\toptimizer=adam\trate=0.001\tprecision=bf16": s,
		"mnist\tdir=/data\tsizes=784-512-10\tbatch=128\thidden=relu\toptimizer=adam\trate=0.001\tprecision=float32\ttarget=0.98\tepochs=20\tseed=7": newMNIST("/data", "float32", 7),
	} {
		if got := task.request(); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}
