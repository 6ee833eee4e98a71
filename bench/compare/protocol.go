package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The protocol of rivals that are processes of their own. A request is one
// line of fields parted by tabs, a verb and then key=value:
//
//	describe
//	gemm   form m n k layout precision | timing
//	step   file sizes batch hidden output loss optimizer rate precision | timing
//	mnist  dir sizes batch hidden optimizer rate precision target epochs seed
//	quit
//
// where timing is nanos samples limit. The answer is one line:
//
//	ok <tab> key=value ...
//	no <tab> why this rival does not do that
//	err <tab> what went wrong

// timing says how long a rival measures in one visit: samples of at least
// Sample each, of which the least time of a call counts, ended early once
// Limit has passed.
type timing struct {
	Sample  time.Duration
	Samples int
	Limit   time.Duration
}

// task is one piece of work that rivals are compared at.
type task interface {
	// request is the line, without timing, that asks a process for it.
	request() string
	// FLOPs is how many floating-point operations its products have; 0 if no
	// rate is to be shown.
	FLOPs() float64
}

// line is the request for t, timed.
func line(t task, tm timing) string {
	return fmt.Sprintf("%s\tnanos=%d\tsamples=%d\tlimit=%d", t.request(), tm.Sample.Nanoseconds(), tm.Samples, tm.Limit.Nanoseconds())
}

// answer is what a rival found.
type answer struct {
	Nanos     float64   // of one call, or of the training
	Checksum  float64   // of a product
	Losses    []float64 // of the first steps
	Settings  string    // how the work was done, if there was a choice
	Reference string    // not the same work, and why
	Epochs    int       // of a training
	Accuracy  float64   // of a training, on the test set
}

// declined is the error of a rival that does not do what was asked.
type declined struct{ why string }

func (d *declined) Error() string { return d.why }

// errProtocol is wrapped by errors about answers that make no sense.
var errProtocol = errors.New("malformed answer")

// parseFields splits an answer into its fields; "no" and "err" are errors.
func parseFields(s string) (map[string]string, error) {
	verdict, rest, _ := strings.Cut(s, "\t")
	switch verdict {
	case "ok":
	case "no":
		return nil, &declined{rest}
	case "err":
		return nil, errors.New(rest)
	default:
		return nil, fmt.Errorf("%w %q: want ok, no or err", errProtocol, s)
	}
	fields := map[string]string{}
	for field := range strings.SplitSeq(rest, "\t") {
		key, value, found := strings.Cut(field, "=")
		if !found && field != "" {
			return nil, fmt.Errorf("%w %q: field %q is not key=value", errProtocol, s, field)
		}
		fields[key] = value
	}
	return fields, nil
}

// parseAnswer reads the answer to a request for a task.
func parseAnswer(s string) (answer, error) {
	fields, err := parseFields(s)
	if err != nil {
		return answer{}, err
	}
	a := answer{Settings: fields["settings"], Reference: fields["reference"]}
	for key, to := range map[string]*float64{"ns": &a.Nanos, "checksum": &a.Checksum, "accuracy": &a.Accuracy} {
		if err := parseFloat(fields, key, to); err != nil {
			return answer{}, fmt.Errorf("%w %q: %w", errProtocol, s, err)
		}
	}
	if !(a.Nanos > 0) {
		return answer{}, fmt.Errorf("%w %q: ns must be more than 0", errProtocol, s)
	}
	if text, ok := fields["epochs"]; ok {
		if a.Epochs, err = strconv.Atoi(text); err != nil {
			return answer{}, fmt.Errorf("%w %q: %w", errProtocol, s, err)
		}
	}
	if text := fields["losses"]; text != "" {
		for word := range strings.SplitSeq(text, ",") {
			loss, err := strconv.ParseFloat(word, 64)
			if err != nil {
				return answer{}, fmt.Errorf("%w %q: %w", errProtocol, s, err)
			}
			a.Losses = append(a.Losses, loss)
		}
	}
	return a, nil
}

func parseFloat(fields map[string]string, key string, to *float64) error {
	text, ok := fields[key]
	if !ok {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	*to = v
	return err
}

// description says who a rival is.
type description struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Settings string `json:"settings"`
}

// parseDescription reads the answer to describe.
func parseDescription(s string) (description, error) {
	fields, err := parseFields(s)
	if err != nil {
		return description{}, err
	}
	d := description{Name: fields["name"], Version: fields["version"], Settings: fields["settings"]}
	if d.Name == "" {
		return d, fmt.Errorf("%w %q: no name", errProtocol, s)
	}
	return d, nil
}
