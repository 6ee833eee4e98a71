package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// mustValid returns s after checking that it exists and is valid.
func mustValid(t *testing.T, s *Set, err error) *Set {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	return s
}

// wantFormat checks that err is a *FormatError that is target and whose text
// holds every part.
func wantFormat(t *testing.T, err, target error, parts ...string) *FormatError {
	t.Helper()
	var format *FormatError
	if !errors.As(err, &format) {
		t.Fatalf("got %v (%T), want a *FormatError", err, err)
	}
	if target != nil && !errors.Is(err, target) {
		t.Errorf("got %v, want an error that is %q", err, target)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("got %q, want it to contain %q", err, p)
		}
	}
	return format
}

// wantArgument checks that err is an *ArgumentError about the named argument.
func wantArgument(t *testing.T, err error, name string) {
	t.Helper()
	var argument *ArgumentError
	if !errors.As(err, &argument) {
		t.Fatalf("got %v (%T), want an *ArgumentError", err, err)
	}
	if argument.Name != name || !strings.Contains(err.Error(), name+" is ") {
		t.Errorf("got %v, want an error about %s", err, name)
	}
}

// sameSet compares everything in two sets; a NaN is unequal to itself.
func sameSet(t *testing.T, got, want *Set) {
	t.Helper()
	switch {
	case got.Rows != want.Rows, got.Features != want.Features, got.Classes != want.Classes, got.Outputs != want.Outputs:
		t.Errorf("got %dx%d with %d classes and %d outputs, want %dx%d with %d and %d", got.Rows, got.Features,
			got.Classes, got.Outputs, want.Rows, want.Features, want.Classes, want.Outputs)
	case !slices.Equal(got.X, want.X):
		t.Errorf("X: got %v, want %v", got.X, want.X)
	case !slices.Equal(got.Labels, want.Labels):
		t.Errorf("Labels: got %v, want %v", got.Labels, want.Labels)
	case !slices.Equal(got.Y, want.Y):
		t.Errorf("Y: got %v, want %v", got.Y, want.Y)
	case !slices.Equal(got.ClassNames, want.ClassNames):
		t.Errorf("ClassNames: got %q, want %q", got.ClassNames, want.ClassNames)
	case !slices.Equal(got.FeatureNames, want.FeatureNames):
		t.Errorf("FeatureNames: got %q, want %q", got.FeatureNames, want.FeatureNames)
	case !slices.Equal(got.Shape, want.Shape):
		t.Errorf("Shape: got %v, want %v", got.Shape, want.Shape)
	}
}

// near tells whether got is within tol of want; false for NaN.
func near(got, want, tol float64) bool { return math.Abs(got-want) <= tol }

// idxBytes encodes an IDX file: any header, then the elements, a slice of a
// fixed-size type.
func idxBytes(t testing.TB, typ ElementType, dims []uint32, elements any) []byte {
	t.Helper()
	var b bytes.Buffer
	b.Write([]byte{0, 0, byte(typ), byte(len(dims))})
	for _, part := range []any{dims, elements} {
		if err := binary.Write(&b, binary.BigEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// allocated returns the bytes that f allocates. Tests that run beside it would
// be counted too, so callers are not parallel.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
