// Package rival is what a Go library needs to stand beside neurona: the line
// protocol of package compare on standard input and output, the file that
// holds a step's weights and batch, and the way time is taken.
package rival

import (
	"bufio"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// Losses is how many first losses are compared.
const Losses = 3

// Stepper trains a library's network.
type Stepper interface {
	// Step trains once on the batch and returns the loss before it.
	Step() (float64, error)
	// Close frees what was made for the step.
	Close() error
}

// Library is one that trains networks.
type Library struct {
	Name     string
	Module   string // whose version counts
	Settings string
	// New makes the network and its optimizer.
	New func(*Job) (Stepper, error)
}

// Declined is the error for work that a library does not do.
type Declined string

func (d Declined) Error() string { return string(d) }

// Serve answers requests until input ends.
func Serve(lib Library) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		fields := strings.Split(in.Text(), "\t")
		switch fields[0] {
		case "describe":
			fmt.Printf("ok\tname=%s\tversion=%s\tsettings=%s\n", lib.Name, version(lib.Module), lib.Settings)
		case "step":
			fmt.Println(answer(lib, fields[1:]))
		case "quit":
			return
		default:
			fmt.Println("no\tonly steps are done here")
		}
	}
}

// answer is the answer to a request for a step. The libraries panic where they
// are not content: that too is an answer.
func answer(lib Library, fields []string) (line string) {
	defer func() {
		if p := recover(); p != nil {
			line = "err\t" + oneLine(fmt.Sprint(p))
		}
	}()
	line, err := step(lib, fields)
	if d, ok := err.(Declined); ok {
		return "no\t" + oneLine(d.Error())
	}
	if err != nil {
		return "err\t" + oneLine(err.Error())
	}
	return line
}

// oneLine is the first line of s without the protocol's own characters.
func oneLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return strings.ReplaceAll(s, "\t", " ")
}

func step(lib Library, fields []string) (string, error) {
	job, err := readJob(fields)
	if err != nil {
		return "", err
	}
	if job.Precision != "float32" {
		return "", Declined("float32 only")
	}
	stepper, err := lib.New(job)
	if err != nil {
		return "", err
	}
	defer stepper.Close()
	var losses []string
	for range Losses {
		loss, err := stepper.Step()
		if err != nil {
			return "", err
		}
		losses = append(losses, strconv.FormatFloat(loss, 'g', 9, 64))
	}
	best, err := bestTime(func() error {
		_, err := stepper.Step()
		return err
	}, job)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("ok\tns=%.3f\tlosses=%s", best, strings.Join(losses, ",")), nil
}

// bestTime calls work until a sample takes long enough and returns the least
// time of one call in nanoseconds, as package compare does for neurona.
func bestTime(work func() error, job *Job) (float64, error) {
	calls, taken := 1, 0
	best := 0.0
	for begin := time.Now(); taken < job.samples; {
		start := time.Now()
		for range calls {
			if err := work(); err != nil {
				return 0, err
			}
		}
		took, spent := time.Since(start), time.Since(begin)
		if took < job.sample && spent < job.limit {
			more := min(100, 1.2*float64(job.sample)/float64(max(took, 1)))
			calls = int(float64(calls)*more) + 1
			continue
		}
		each := float64(took) / float64(calls)
		if taken == 0 || each < best {
			best = each
		}
		taken++
		if spent > job.limit {
			break
		}
	}
	return best, nil
}

// version is that of a module that the program is built with.
func version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == module {
				return m.Version
			}
		}
	}
	return "unknown"
}
