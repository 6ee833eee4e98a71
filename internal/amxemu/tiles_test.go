//go:build linux && amd64

package amxemu

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
)

// block returns a configuration of tiles that all have one shape.
func block(rows, colsb int) *[64]byte {
	b := &[64]byte{0: 1}
	for i := range numTiles {
		binary.LittleEndian.PutUint16(b[16+2*i:], uint16(colsb))
		b[48+i] = byte(rows)
	}
	return b
}

func TestConfigure(t *testing.T) {
	with := func(at int, value byte) *[64]byte {
		b := block(16, 64)
		b[at] = value
		return b
	}
	for what, b := range map[string]*[64]byte{
		"palette 2":           with(0, 2),
		"reserved at 2":       with(2, 1),
		"reserved at 15":      with(15, 1),
		"a ninth tile's row":  with(32, 1),
		"reserved at 47":      with(47, 1),
		"a ninth tile's rows": with(56, 1),
		"reserved at 63":      with(63, 1),
		"17 rows":             with(50, 17),
		"65 bytes":            with(18, 65),
		"320 bytes":           with(19, 1),
		"rows of no bytes":    with(18, 0),
		"bytes in no rows":    with(49, 0),
	} {
		var s tiles
		if !s.configure(block(4, 8)) {
			t.Fatal("a valid configuration is refused")
		}
		s.data[3][2][1] = 9
		before := s
		if s.configure(b) {
			t.Errorf("%s: accepted", what)
		}
		if s != before {
			t.Errorf("%s: refused, but the state has changed", what)
		}
		if !s.configure(block(4, 8)) || s.data != ([numTiles]tile{}) {
			t.Errorf("a configuration does not zero the tiles")
		}
	}
	var s tiles
	s.configure(block(4, 8))
	if !s.configure(&[64]byte{}) || s != (tiles{}) {
		t.Error("palette 0 does not release the tiles")
	}
}

// TestMoved moves rows in and out, also from a start row on.
func TestMoved(t *testing.T) {
	var s tiles
	b := block(5, 12)
	b[1] = 2
	s.configure(b)
	for r := range s.data[1] {
		for i := range s.data[1][r] {
			s.data[1][r][i] = 0xee
		}
	}
	rows := make([]byte, 3*12)
	for i := range rows {
		rows[i] = byte(i + 1)
	}
	out := make([]byte, len(rows))
	s.load(1, rows)
	for r, row := range s.data[1] {
		for i, got := range row {
			want := byte(0)
			switch {
			case r < 2:
				want = 0xee
			case r < 5 && i < 12:
				want = rows[(r-2)*12+i]
			}
			if got != want {
				t.Fatalf("row %d, byte %d: %#x, want %#x", r, i, got, want)
			}
		}
	}
	if s.startRow != 0 {
		t.Errorf("start row is %d after a load", s.startRow)
	}
	s.startRow = 2
	if s.store(1, out); string(out) != string(rows) {
		t.Errorf("stored % x, want % x", out, rows)
	}
	s.startRow = 5
	if _, ok := s.moved(1); ok {
		t.Error("a start row behind the tile is accepted")
	}
	s.configure(block(5, 10))
	if _, ok := s.moved(1); ok {
		t.Error("rows of 10 bytes are accepted")
	}
	if _, ok := new(tiles).moved(1); ok {
		t.Error("a tile without a configuration is accepted")
	}
}

// TestDot compares with the manual's operation in exact arithmetic.
func TestDot(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		m, n, k := 1+rng.IntN(16), 1+rng.IntN(16), 1+rng.IntN(16)
		const c, a, b = 2, 7, 4
		config := block(1, 4)
		set := func(tile, rows, dwords int) {
			config[16+2*tile], config[48+tile] = byte(4*dwords), byte(rows)
		}
		set(c, m, n)
		set(a, m, k)
		set(b, k, n)
		var s tiles
		if !s.configure(config) {
			t.Fatal("refused")
		}
		span := []int{2, 20, 62}[rng.IntN(3)]
		pair := func() uint32 {
			u := bits(bf16(rng, span))>>16 | bits(bf16(rng, span))
			if rng.IntN(20) == 0 {
				u &^= expMask // a denormal
			}
			return u
		}
		fill := func(tile, rows, dwords int, value func() uint32) {
			for r := range rows {
				for i := range dwords {
					binary.LittleEndian.PutUint32(s.data[tile][r][4*i:], value())
				}
			}
		}
		fill(c, m, n, func() uint32 { return pair() | uint32(rng.Uint64())&0xffff })
		fill(a, m, k, pair)
		fill(b, k, n, pair)
		at := func(tile, row, i int) uint32 { return binary.LittleEndian.Uint32(s.data[tile][row][4*i:]) }
		var want tile
		exact := func(x, y, z float32) float32 {
			sum, finite := exactSum(x, y, z)
			if !finite {
				sum = float32(float64(x)*float64(y) + float64(z))
			}
			return sum
		}
		for i := range m {
			for j := range n {
				var even, odd float32
				for l := range k {
					x, y := at(a, i, l), at(b, l, j)
					even = exact(flushed(x<<16), flushed(y<<16), even)
					odd = exact(flushed(x>>16<<16), flushed(y>>16<<16), odd)
				}
				sum := exact(exact(even, 1, odd), 1, flushed(at(c, i, j)))
				binary.LittleEndian.PutUint32(want[i][4*j:], bits(sum))
			}
		}
		if !s.dot(c, a, b) {
			t.Fatalf("%d x %d x %d: refused", m, n, k)
		}
		for i := range want {
			for j := range maxRows {
				w, g := binary.LittleEndian.Uint32(want[i][4*j:]), at(c, i, j)
				if !same(math.Float32frombits(g), math.Float32frombits(w)) {
					t.Fatalf("%d x %d x %d, span %d: C[%d][%d] = %#08x, want %#08x", m, n, k, span, i, j, g, w)
				}
			}
		}
	}
}

func TestDotRefuses(t *testing.T) {
	for what, change := range map[string]func(*[64]byte){
		"C's rows are not A's":           func(b *[64]byte) { b[48] = 7 },
		"C's columns are not B's":        func(b *[64]byte) { b[16] = 32 },
		"A's columns are not B's rows":   func(b *[64]byte) { b[18] = 60 },
		"B's rows are not A's columns":   func(b *[64]byte) { b[50] = 15 },
		"A has columns of half an entry": func(b *[64]byte) { b[18], b[50] = 62, 15 },
		"C is not there":                 func(b *[64]byte) { b[16], b[48] = 0, 0 },
		"B is not there":                 func(b *[64]byte) { b[20], b[50] = 0, 0 },
	} {
		b := block(16, 64)
		change(b)
		var s tiles
		if !s.configure(b) {
			t.Fatalf("%s: the configuration is refused", what)
		}
		if s.dot(0, 1, 2) {
			t.Errorf("%s: accepted", what)
		}
	}
	var s tiles
	s.configure(block(16, 64))
	for _, same := range [][3]uint8{{1, 1, 2}, {1, 2, 1}, {2, 1, 1}, {3, 3, 3}} {
		if s.dot(same[0], same[1], same[2]) {
			t.Errorf("equal tiles %v are accepted", same)
		}
	}
	if new(tiles).dot(0, 1, 2) {
		t.Error("tiles without a configuration are accepted")
	}
}
