package initial_test

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/nntest"
)

// all makes every part of the catalogue, as its example has it.
func all(t *testing.T) map[string]initial.Initialiser {
	t.Helper()
	parts := map[string]initial.Initialiser{}
	for _, p := range initial.Catalog().Parts() {
		init, err := initial.Catalog().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		parts[p.Name] = init
	}
	return parts
}

// fill draws a layer from the stream of seed, over what is no number.
func fill(init initial.Initialiser, seed uint64, in, out int) (w, b []float32) {
	w, b = make([]float32, in*out), make([]float32, out)
	for _, v := range [][]float32{w, b} {
		for i := range v {
			v[i] = float32(math.NaN())
		}
	}
	init.Fill(rand.New(rand.NewPCG(seed, 1)), in, out, w, b)
	return w, b
}

func TestFamily(t *testing.T) { familytest.Check(t, initial.Catalog(), diagonalPart()) }

// TestSpelling: what is printed is parsed into the same value.
func TestSpelling(t *testing.T) {
	for name, init := range all(t) {
		if again, err := initial.Catalog().Parse(init.String()); err != nil || again != init {
			t.Errorf("%s is printed as %s and parsed as %v, %v", name, init, again, err)
		}
	}
}

// TestGains: an initialiser with a gain or by outputs is spelt so, and read as the same.
func TestGains(t *testing.T) {
	for want, init := range map[string]initial.Initialiser{
		"he_normal":                           initial.HeNormal(),
		"he_normal(gain=0)":                   initial.HeNormal(initial.Gain(0)),
		"he_uniform(gain=0.75, mode=fan_out)": initial.HeUniform(initial.FanOut(), initial.Gain(0.75)),
		"he_truncated_normal(mode=fan_out)":   initial.HeTruncatedNormal(initial.FanOut()),
		"glorot_normal(gain=1.5)":             initial.GlorotNormal(initial.Gain(1.5), initial.FanOut()),
		"glorot_uniform":                      initial.GlorotUniform(initial.FanOut()),
		"orthogonal(gain=2)":                  initial.Orthogonal(2),
	} {
		again, err := initial.Catalog().Parse(want)
		if init.String() != want || err != nil || again != init {
			t.Errorf("%s is spelt %s, and read as %v, %v", want, init, again, err)
		}
	}
}

// TestNonsense: what is no gain and no distribution gives no numbers, which a network refuses, and comes to an end.
func TestNonsense(t *testing.T) {
	for name, init := range map[string]initial.Initialiser{
		"a gain below 0": initial.HeNormal(initial.Gain(-1)), "no gain": initial.GlorotUniform(initial.Gain(math.NaN())),
		"no option": initial.HeTruncatedNormal(nil), "an orthogonal gain below 0": initial.Orthogonal(-1),
		"no deviation": initial.TruncatedNormal(0, 0, -1, 1), "low above high": initial.TruncatedNormal(0, 1, 1, -1),
	} {
		if w, _ := fill(init, 1, 3, 4); !slices.ContainsFunc(w, func(v float32) bool { return v != v }) {
			t.Errorf("%s: the weights are %v, want NaN", name, w)
		}
	}
	for _, deviation := range []float64{1e-3, 1e-9, 1e-30, 5e-324} { // the tail begins so many deviations away
		w, _ := fill(initial.TruncatedNormal(0, deviation, 0.5, 1), 1, 3, 4)
		for _, v := range w {
			if !(math.Abs(float64(v)-0.5) <= 1e-3) {
				t.Errorf("a tail from 0.5 of a deviation of %g has %v", deviation, v)
			}
		}
	}
}

// TestGolden: the bits that a stream gives do not change, on no processor.
func TestGolden(t *testing.T) {
	for name, init := range all(t) {
		got := map[string]string{}
		for _, size := range [][2]int{{1, 1}, {3, 5}, {30, 7}, {257, 31}} {
			for seed := range uint64(2) {
				w, b := fill(init, seed, size[0], size[1])
				h := fnv.New64a()
				for _, v := range append(w, b...) {
					binary.Write(h, binary.LittleEndian, math.Float32bits(v))
				}
				got[fmt.Sprintf("%d to %d, seed %d", size[0], size[1], seed)] = fmt.Sprintf("%016x", h.Sum64())
			}
		}
		familytest.Golden(t, name, got)
	}
}

// TestPromises holds every part to what initialisers promise.
func TestPromises(t *testing.T) {
	for _, init := range all(t) {
		if err := nntest.CheckInitialiser(init); err != nil {
			t.Error(err)
		}
	}
}

// TestStreams: another stream gives other weights.
func TestStreams(t *testing.T) {
	for name, init := range all(t) {
		w, _ := fill(init, 1, 30, 20)
		if other, _ := fill(init, 2, 30, 20); slices.Equal(w, other) && name != "constant" {
			t.Errorf("%s: two streams gave the same weights", name)
		}
	}
}
