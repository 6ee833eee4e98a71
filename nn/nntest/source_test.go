package nntest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
)

// wrongSource is 23 samples in memory, with one fault.
type wrongSource struct {
	data.Source
	fault  string
	opened atomic.Int64
	memory data.Batch // of all streams
}

func newWrongSource(t *testing.T, fault string) *wrongSource {
	t.Helper()
	next := float32(0)
	count := func() float32 { next++; return next }
	target := data.Values(newMatrix(23, 2, count))
	target.Weights = make([]float32, 23)
	for i := range target.Weights {
		target.Weights[i] = count()
	}
	s, err := data.FromMemory(newMatrix(23, 3, count), target)
	if err != nil {
		t.Fatal(err)
	}
	return &wrongSource{Source: s, fault: fault}
}

func (s *wrongSource) Info() data.Info {
	info := s.Source.Info()
	switch s.fault {
	case "rows":
		info.Rows++
	case "columns":
		info.Features++
	case "weights":
		info.Weights = false
	case "kind":
		info.Target, info.Values = data.LabelTarget, 0
	case "fingerprint":
		info.Fingerprint = func() string { return fmt.Sprint(s.opened.Add(1)) }
	case "no info":
		info.Features = 0
	}
	return info
}

func (s *wrongSource) Open(epoch, rank, ranks int) (data.Stream, error) {
	switch s.fault {
	case "any epoch":
		epoch = max(epoch, 0)
	case "any rank":
		rank = min(max(rank, 0), max(ranks, 1)-1)
	case "all ranks alike":
		if rank < ranks {
			rank, ranks = 0, 1
		}
	}
	stream, err := s.Source.Open(epoch, rank, ranks)
	if err != nil {
		return nil, err
	}
	return &wrongStream{Stream: stream, wrongSource: s, nth: s.opened.Add(1)}, nil
}

type wrongStream struct {
	data.Stream
	*wrongSource
	nth    int64
	read   int
	closed bool
}

func (s *wrongStream) Next(b *data.Batch, rows int) error {
	switch {
	case s.fault == "io.EOF after Close" && s.closed:
		return io.EOF
	case s.fault == "no rows" && b != nil && rows < 1:
		return nil
	case s.fault == "small batches":
		rows = min(rows, 7)
	}
	err := s.Stream.Next(b, rows)
	if err == io.EOF && s.fault == "wrapped end" {
		return fmt.Errorf("at the end: %w", err)
	}
	if err == io.EOF && s.fault == "begins again" {
		s.Stream, _ = s.Source.Open(1, 0, 1)
		return err
	}
	if err != nil {
		return err
	}
	s.read += b.X.Rows
	switch {
	case s.fault == "order" && s.nth > 1 && b.X.Rows > 1:
		b.X = pick(b.X, append([]int{1, 0}, counting(data.Target{}, b.X.Rows)[2:]...))
	case s.fault == "one memory for all":
		if err := s.memory.Reserve(s.Source.Info(), b.X.Rows); err != nil {
			return err
		}
		copyTo(s.memory.X, b.X)
		b.X = s.memory.X
	}
	return nil
}

func (s *wrongStream) Skip(rows int64) error {
	switch {
	case s.fault == "skips one less" && rows > 2:
		rows--
	case s.fault == "skips no further" && rows > 23:
		return nil
	case s.fault == "any skip" && rows < 0:
		return nil
	}
	return s.Stream.Skip(rows)
}

func (s *wrongStream) Close() error {
	if s.fault == "closed once" && s.closed {
		return errors.New("it is closed")
	}
	if s.closed = true; s.fault == "stays open" {
		return nil
	}
	return s.Stream.Close()
}

func TestCheckSourceFinds(t *testing.T) {
	for fault, want := range map[string]string{
		"none":               "",
		"rows":               "it has 23 rows, Info says 24",
		"columns":            "x has 3 columns, want the 4",
		"weights":            "weights: false",
		"kind":               "0 labels",
		"fingerprint":        "fingerprint",
		"no info":            "features is 0",
		"any epoch":          "Open(-1, 0, 1) is no error",
		"any rank":           "Open(1, -1, 2) is no error",
		"all ranks alike":    "rank 1 of 2",
		"order":              "row 0 is",
		"small batches":      "want 22",
		"no rows":            "Next of no rows",
		"wrapped end":        "at the end",
		"begins again":       "after the last row",
		"one memory for all": "once others have been filled",
		"skips one less":     "skipped",
		"skips no further":   "24 of 23 rows skipped",
		"any skip":           "Skip of less than no rows",
		"closed once":        "Close: it is closed",
		"stays open":         "Next after Close",
		"io.EOF after Close": "Next after Close",
	} {
		err := CheckSource(newWrongSource(t, fault))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}
