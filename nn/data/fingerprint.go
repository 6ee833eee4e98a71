package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// fingerprint is the SHA-256 of what describe says and of all numbers, in 64-bit integers and
// IEEE bits of floats, little-endian, row by row: strides and the machine do not count.
func (s Set) fingerprint() string {
	info, x, t := s.describe(), s.X, &s.Target
	f := &fingerprinter{hash: sha256.New(), buffer: make([]byte, 0, 4096)}
	weights := 0
	if info.Weights {
		weights = 1
	}
	for _, n := range []int{x.Rows, info.Features, int(info.Target), info.Values, weights} {
		f.integer(n)
	}
	f.matrix(x)
	for _, label := range t.Labels {
		f.integer(label)
	}
	if info.Target == ValueTarget {
		f.matrix(t.Values)
	}
	f.floats(t.Weights)
	f.hash.Write(f.buffer)
	return "sha256:" + hex.EncodeToString(f.hash.Sum(nil))
}

// fingerprinter hashes numbers by way of a buffer.
type fingerprinter struct {
	hash   hash.Hash
	buffer []byte
}

// room makes sure that there is room for a number.
func (f *fingerprinter) room() {
	if cap(f.buffer)-len(f.buffer) < 8 {
		f.hash.Write(f.buffer)
		f.buffer = f.buffer[:0]
	}
}

func (f *fingerprinter) integer(n int) {
	f.room()
	f.buffer = binary.LittleEndian.AppendUint64(f.buffer, uint64(int64(n)))
}

func (f *fingerprinter) floats(v []float32) {
	for _, x := range v {
		f.room()
		f.buffer = binary.LittleEndian.AppendUint32(f.buffer, math.Float32bits(x))
	}
}

func (f *fingerprinter) matrix(m tensor.Matrix) {
	for i := range m.Rows {
		f.floats(tensor.Row(m, i))
	}
}
