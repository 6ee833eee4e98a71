package main

import (
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	own := []string{"HOME=/h", "GOMAXPROCS=7", "NEURONA_DATA=data", "GODEBUG=x=1", "NEURONA_ISA=avx2"}
	got, err := environmentFor(own, "GODEBUG=asyncpreemptoff=1")
	if err != nil {
		t.Fatal(err)
	}
	data, err := filepath.Abs("data")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GODEBUG=asyncpreemptoff=1", "GOMAXPROCS=" + strconv.Itoa(runtime.NumCPU()), "HOME=/h",
		"NEURONA_DATA=" + data, "NEURONA_ISA=avx2",
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, err = environmentFor(own, "GOMAXPROCS=1"); err != nil || !slices.Contains(got, "GOMAXPROCS=1") {
		t.Errorf("GOMAXPROCS set twice: %q (error %v), want the last", got, err)
	}
}

func TestCommandErrorKeepsTheEnd(t *testing.T) {
	t.Parallel()
	e := &CommandError{Command: "go test", Output: strings.Repeat("x", 3*maxSaid) + "the end", Err: errBroken}
	if text := e.Error(); len(text) > maxSaid+100 || !strings.HasSuffix(text, "the end") || !strings.Contains(text, "go test: broken") {
		t.Errorf("%d bytes: %s", len(text), text)
	}
}
