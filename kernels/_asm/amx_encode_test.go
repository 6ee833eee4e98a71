package main

import (
	"fmt"
	"math"
	"strings"
	"testing"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tileEncodings are every form with tiles at both ends of their range and the
// registers that are encoded in ways of their own, and what GNU as (binutils
// 2.40) makes of them.
var tileEncodings = []struct {
	form   tileForm
	memory Mem
	tiles  []int
	code   string
	text   string
}{
	{ldTileCfg, Mem{Base: reg.RAX}, nil, "c4 e2 78 49 00", "LDTILECFG [RAX]"},
	{ldTileCfg, Mem{Base: reg.RSP}, nil, "c4 e2 78 49 04 24", "LDTILECFG [RSP]"},
	{ldTileCfg, Mem{Base: reg.RSP, Disp: 64}, nil, "c4 e2 78 49 44 24 40", "LDTILECFG [RSP+64]"},
	{ldTileCfg, Mem{Base: reg.RBP}, nil, "c4 e2 78 49 45 00", "LDTILECFG [RBP]"},
	{ldTileCfg, Mem{Base: reg.R12}, nil, "c4 c2 78 49 04 24", "LDTILECFG [R12]"},
	{ldTileCfg, Mem{Base: reg.R13}, nil, "c4 c2 78 49 45 00", "LDTILECFG [R13]"},
	{ldTileCfg, Mem{Base: reg.R13, Disp: -128}, nil, "c4 c2 78 49 45 80", "LDTILECFG [R13-128]"},
	{ldTileCfg, Mem{Base: reg.R15, Disp: 128}, nil, "c4 c2 78 49 87 80 00 00 00", "LDTILECFG [R15+128]"},
	{tileRelease, Mem{}, nil, "c4 e2 78 49 c0", "TILERELEASE"},
	{tileZero, Mem{}, []int{0}, "c4 e2 7b 49 c0", "TILEZERO TMM0"},
	{tileZero, Mem{}, []int{7}, "c4 e2 7b 49 f8", "TILEZERO TMM7"},
	{tileLoadD, tileRows(reg.RAX, reg.RCX, 0), []int{0}, "c4 e2 7b 4b 04 08", "TILELOADD TMM0, [RAX+RCX*1]"},
	{tileLoadD, tileRows(reg.R15, reg.RDI, 0), []int{7}, "c4 c2 7b 4b 3c 3f", "TILELOADD TMM7, [R15+RDI*1]"},
	{tileLoadD, tileRows(reg.RDX, reg.R15, 0), []int{5}, "c4 a2 7b 4b 2c 3a", "TILELOADD TMM5, [RDX+R15*1]"},
	{tileLoadD, tileRows(reg.R8, reg.R9, 64), []int{2}, "c4 82 7b 4b 54 08 40", "TILELOADD TMM2, [R8+R9*1+64]"},
	{tileLoadD, tileRows(reg.RSP, reg.R12, 0), []int{1}, "c4 a2 7b 4b 0c 24", "TILELOADD TMM1, [RSP+R12*1]"},
	{tileLoadD, tileRows(reg.RBP, reg.RBP, 0), []int{3}, "c4 e2 7b 4b 5c 2d 00", "TILELOADD TMM3, [RBP+RBP*1]"},
	{tileLoadD, tileRows(reg.R13, reg.R13, 0), []int{4}, "c4 82 7b 4b 64 2d 00", "TILELOADD TMM4, [R13+R13*1]"},
	{tileLoadD, tileRows(reg.R12, reg.RAX, -128), []int{6}, "c4 c2 7b 4b 74 04 80", "TILELOADD TMM6, [R12+RAX*1-128]"},
	{tileLoadD, tileRows(reg.RSI, reg.RBX, 128), []int{6}, "c4 e2 7b 4b b4 1e 80 00 00 00", "TILELOADD TMM6, [RSI+RBX*1+128]"},
	{tileStoreD, tileRows(reg.RAX, reg.RCX, 0), []int{0}, "c4 e2 7a 4b 04 08", "TILESTORED [RAX+RCX*1], TMM0"},
	{tileStoreD, tileRows(reg.R10, reg.R11, 64), []int{7}, "c4 82 7a 4b 7c 1a 40", "TILESTORED [R10+R11*1+64], TMM7"},
	{tileStoreD, tileRows(reg.R13, reg.R11, 0), []int{3}, "c4 82 7a 4b 5c 1d 00", "TILESTORED [R13+R11*1], TMM3"},
	{tileStoreD, tileRows(reg.R13, reg.R11, 64), []int{3}, "c4 82 7a 4b 5c 1d 40", "TILESTORED [R13+R11*1+64], TMM3"},
	{tileStoreD, tileRows(reg.RBP, reg.R8, -129), []int{5}, "c4 a2 7a 4b ac 05 7f ff ff ff", "TILESTORED [RBP+R8*1-129], TMM5"},
	{tileStoreD, tileRows(reg.R12, reg.RDX, math.MaxInt32), []int{4}, "c4 c2 7a 4b a4 14 ff ff ff 7f", "TILESTORED [R12+RDX*1+2147483647], TMM4"},
	{tileStoreD, tileRows(reg.RSP, reg.RBP, math.MinInt32), []int{2}, "c4 e2 7a 4b 94 2c 00 00 00 80", "TILESTORED [RSP+RBP*1-2147483648], TMM2"},
	{tdpBF16PS, Mem{}, []int{0, 4, 6}, "c4 e2 4a 5c c4", "TDPBF16PS TMM0, TMM4, TMM6"},
	{tdpBF16PS, Mem{}, []int{3, 5, 7}, "c4 e2 42 5c dd", "TDPBF16PS TMM3, TMM5, TMM7"},
	{tdpBF16PS, Mem{}, []int{7, 0, 1}, "c4 e2 72 5c f8", "TDPBF16PS TMM7, TMM0, TMM1"},
	{tdpBF16PS, Mem{}, []int{1, 7, 0}, "c4 e2 7a 5c cf", "TDPBF16PS TMM1, TMM7, TMM0"},
}

func TestEncodeTiles(t *testing.T) {
	seen := map[tileForm]int{}
	for _, e := range tileEncodings {
		seen[e.form]++
		code, text := e.form.encode(e.memory, e.tiles...)
		if got := fmt.Sprintf("% x", code); got != e.code {
			t.Errorf("%s is %s, want %s", e.text, got, e.code)
		}
		if text != e.text {
			t.Errorf("%s is called %s", e.text, text)
		}
	}
	for _, f := range tileForms() {
		if want := min(2, f.tiles()+strings.Count(f.operands, "m")+1); seen[f] < want {
			t.Errorf("%s %s stands in the table %d times, want %d or more", f.name, f.operands, seen[f], want)
		}
	}
}

// TestEncodeTilesAsGNU compares every register in every place with the GNU
// assembler.
func TestEncodeTilesAsGNU(t *testing.T) {
	var l listing
	add := func(f tileForm, m Mem, tmm ...int) { l.add(f.encode(m, tmm...)) }
	add(tileRelease, Mem{})
	registers := []reg.GPPhysical{
		reg.RAX, reg.RCX, reg.RDX, reg.RBX, reg.RSP, reg.RBP, reg.RSI, reg.RDI,
		reg.R8, reg.R9, reg.R10, reg.R11, reg.R12, reg.R13, reg.R14, reg.R15,
	}
	for _, disp := range []int{0, 1, -1, 127, -128, 128, -129, math.MaxInt32, math.MinInt32} {
		for i, base := range registers {
			add(ldTileCfg, Mem{Base: base, Disp: disp})
			for j, index := range registers {
				if index == reg.RSP {
					continue
				}
				tile := (i + j) % tileRegisters
				add(tileLoadD, tileRows(base, index, disp), tile)
				add(tileStoreD, tileRows(base, index, disp), tile)
			}
		}
	}
	for d := range tileRegisters {
		add(tileZero, Mem{}, d)
		for a := range tileRegisters {
			for b := range tileRegisters {
				if d != a && d != b && a != b {
					add(tdpBF16PS, Mem{}, d, a, b)
				}
			}
		}
	}
	l.compareWithGNU(t)
}

// TestEncodeTilesRefuses sees that operands that do not exist, or that mean
// something else to the processor, are refused.
func TestEncodeTilesRefuses(t *testing.T) {
	some := tileRows(reg.RAX, reg.RCX, 0)
	scaled := some
	scaled.Scale = 4
	for _, c := range []struct {
		form   tileForm
		memory Mem
		tiles  []int
	}{
		{tileLoadD, Mem{Base: reg.RAX}, []int{0}},
		{tileLoadD, scaled, []int{0}},
		{tileLoadD, tileRows(reg.RAX, reg.RSP, 0), []int{0}},
		{tileLoadD, tileRows(reg.RAX, reg.RCX, math.MaxInt32+1), []int{0}},
		{tileLoadD, Mem{Base: reg.EAX, Index: reg.RCX, Scale: 1}, []int{0}},
		{tileLoadD, some, []int{8}},
		{tileLoadD, some, nil},
		{tileStoreD, Mem{}, []int{0}},
		{ldTileCfg, some, nil},
		{ldTileCfg, NewDataAddr(NewStaticSymbol("x"), 0), nil},
		{tileZero, some, []int{0}},
		{tdpBF16PS, Mem{}, []int{1, 1, 2}},
		{tdpBF16PS, Mem{}, []int{1, 2, 1}},
		{tdpBF16PS, Mem{}, []int{2, 1, 1}},
		{tdpBF16PS, Mem{}, []int{-1, 1, 2}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s with %+v and tiles %v is encoded", c.form.name, c.memory, c.tiles)
				}
			}()
			c.form.encode(c.memory, c.tiles...)
		}()
	}
}
