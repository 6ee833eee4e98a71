package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/bench"
)

// fakeRival makes this test binary behave as a rival: see TestMain.
const fakeRival = "COMPARE_FAKE_RIVAL"

func TestMain(m *testing.M) {
	if os.Getenv(fakeRival) != "" {
		serveFake()
		return
	}
	os.Exit(m.Run())
}

// serveFake answers as the value of m in a request for a product says.
func serveFake() {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		fields := strings.Split(in.Text(), "\t")
		switch {
		case fields[0] == "describe":
			fmt.Printf("ok\tname=fake\tversion=%s\tsettings=%s of %s\n", os.Getenv(fakeRival), os.Getenv("COMPARE_THREADS"), os.Getenv("OMP_NUM_THREADS"))
		case strings.Contains(in.Text(), "\tm=1\t"):
			fmt.Println("ok\tns=42.5\tchecksum=7")
		case strings.Contains(in.Text(), "\tm=2\t"):
			fmt.Println("no\tnot this one")
		case strings.Contains(in.Text(), "\tm=3\t"):
			fmt.Println("what?")
		case strings.Contains(in.Text(), "\tm=4\t"):
			fmt.Fprintln(os.Stderr, "Fatal error: out of luck\n  at line 1")
			os.Exit(3)
		case strings.Contains(in.Text(), "\tm=5\t"):
			time.Sleep(time.Hour)
		}
	}
}

func startFake(t *testing.T, ctx context.Context, threads int) *process {
	t.Helper()
	if runtime.GOOS == "js" || runtime.GOOS == "wasip1" {
		t.Skip(runtime.GOOS + " cannot start processes")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := start(ctx, threads, []string{fakeRival + "=1.5"}, self)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

func ofRows(m int) product { return product{Product: sized(bench.NN, m, 1, 1)} }

func TestProcess(t *testing.T) {
	p := startFake(t, t.Context(), 2)
	if got, want := p.describe(), (description{"fake", "1.5", "2 of 2"}); got != want {
		t.Errorf("described as %+v, want %+v", got, want)
	}
	for range 3 { // stopped and woken in between
		a, err := p.do(t.Context(), ofRows(1), timing{})
		if err != nil || a.Nanos != 42.5 || a.Checksum != 7 {
			t.Fatalf("got %+v, %v", a, err)
		}
	}
	var no *declined
	if _, err := p.do(t.Context(), ofRows(2), timing{}); !errors.As(err, &no) {
		t.Errorf("got %v, want a *declined", err)
	}
	if _, err := p.do(t.Context(), ofRows(3), timing{}); !errors.Is(err, errProtocol) {
		t.Errorf("got %v, want errProtocol", err)
	}
	// None of that ends the conversation.
	if _, err := p.do(t.Context(), ofRows(1), timing{}); err != nil {
		t.Error(err)
	}
}

func TestProcessThatDies(t *testing.T) {
	p := startFake(t, t.Context(), 1)
	_, err := p.do(t.Context(), ofRows(4), timing{})
	if err == nil || !strings.Contains(err.Error(), "Fatal error: out of luck") {
		t.Errorf("got %v, want what it said last", err)
	}
	if _, again := p.do(t.Context(), ofRows(1), timing{}); again == nil {
		t.Error("a dead process answers")
	}
}

func TestProcessThatHangs(t *testing.T) {
	p := startFake(t, t.Context(), 1)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.do(ctx, ofRows(5), timing{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
	if p.cmd.ProcessState == nil {
		t.Error("the process was not ended")
	}
}

// TestIdleProcessIsStopped looks at what Linux says about a rival between
// requests.
func TestIdleProcessIsStopped(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip(runtime.GOOS + " has no /proc to see a stopped process in")
	}
	p := startFake(t, t.Context(), 1)
	if _, err := p.do(t.Context(), ofRows(1), timing{}); err != nil {
		t.Fatal(err)
	}
	var state string
	for range 100 { // the signal takes its time
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(content), ") ")
		if state = after[:1]; state == "T" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("state is %q, want T for stopped", state)
}

func TestStartErrors(t *testing.T) {
	if p, err := start(t.Context(), 1, nil, "/no/such/program"); err == nil {
		p.close()
		t.Error("a program that is not there starts")
	}
}

func TestTail(t *testing.T) {
	var said tail
	for _, s := range []string{"first\n", "ValueError: bad\n", "  in line 3\n", "\n"} {
		if _, err := said.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if got := said.last(); got != "ValueError: bad" {
		t.Errorf("last is %q, want the line with the error", got)
	}
	long := strings.Repeat("x", 3*tailBytes)
	if _, err := said.Write([]byte(long)); err != nil {
		t.Fatal(err)
	}
	if got := len(said.last()); got != tailBytes {
		t.Errorf("%d bytes are kept, want %d", got, tailBytes)
	}
}
