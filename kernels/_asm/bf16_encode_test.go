package main

import (
	"fmt"
	"testing"
)

// TestEncodeBF16AsGNU compares every register in every place with the GNU
// assembler.
func TestEncodeBF16AsGNU(t *testing.T) {
	var l listing
	for _, f := range []bf16Form{vdpBF16PS, vcvtNE2PS2BF16} {
		for i := range 32 {
			for j := range 32 {
				k := (7*i + 11*j) % 32
				for _, r := range [][3]int{{i, j, k}, {k, i, j}, {j, k, i}} {
					l.add(f.encode(r[0], r[1], r[2]), fmt.Sprintf("%s ZMM%d, ZMM%d, ZMM%d", f.name, r[2], r[1], r[0]))
				}
			}
		}
	}
	l.compareWithGNU(t)
}

// TestEncodeBF16 holds where there is no GNU assembler: bytes that it made.
func TestEncodeBF16(t *testing.T) {
	for _, c := range []struct {
		form      bf16Form
		b, a, dst int
		want      string
	}{
		{vdpBF16PS, 0, 1, 2, "62 f2 76 48 52 d0"},
		{vdpBF16PS, 31, 30, 29, "62 02 0e 40 52 ef"},
		{vcvtNE2PS2BF16, 0, 1, 2, "62 f2 77 48 72 d0"},
		{vcvtNE2PS2BF16, 31, 30, 29, "62 02 0f 40 72 ef"},
	} {
		if got := fmt.Sprintf("% x", c.form.encode(c.b, c.a, c.dst)); got != c.want {
			t.Errorf("%s Z%d, Z%d, Z%d is %s, want %s", c.form.name, c.b, c.a, c.dst, got, c.want)
		}
	}
}
