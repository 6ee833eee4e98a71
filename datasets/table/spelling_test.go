package table

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// numbers is what a number is, written another way.
var numbers = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// checkNumber compares number with numbers and strconv.ParseFloat, to the bit, and the cell
// with what comes back.
func checkNumber(t *testing.T, cell string, point byte) spelling {
	t.Helper()
	pointed := cell
	if point != '.' {
		if strings.Contains(cell, ".") {
			pointed = "no number"
		} else {
			pointed = strings.Replace(cell, string(rune(point)), ".", 1)
		}
	}
	want, err := strconv.ParseFloat(pointed, 64)
	is := err == nil && numbers.MatchString(pointed)
	v, s, ok := number([]byte(cell), point)
	if ok != is {
		t.Fatalf("%q: number is %v, want %v", cell, ok, is)
	}
	if !ok {
		return text
	}
	if math.Float64bits(v) != math.Float64bits(want) {
		t.Fatalf("%q: got %v (%x), want %v (%x)", cell, v, math.Float64bits(v), want, math.Float64bits(want))
	}
	if s != odd {
		if got := string(s.append(nil, v, point)); got != cell {
			t.Fatalf("%q comes back as %q, spelling %d", cell, got, s)
		}
	}
	return s
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"", "-", "+", ".", "-.", "e5", "1e", "1e+", "inf", "NaN", "0x10", "1_0", " 1", "1 ", "1.2.3", "1e999", "--1", "1,5", "1-", "1e5.0"} {
		if got := checkNumber(t, cell, '.'); got != text {
			t.Errorf("%q is spelling %d, want none", cell, got)
		}
	}
	for cell, want := range map[string]spelling{
		"0": plain, "-0": plain, "7": plain, "12.50": plain + 2, "-0.000": plain + 3, "123456789012345": plain,
		"9007199254740992": plain, "9007199254740993": odd, "9007199254740994": plain, "18446744073709551615": odd,
		"0.1": plain + 1, "0.30000000000000004": plain + 17, "0.30000000000000001": odd, "3.141592653589793": plain + 15,
		"01": padded + 2, "-007": padded + 3, "00": padded + 2, "-00": padded + 2, ".5": dotted + 1, "-.50": dotted + 2,
		"01.5": odd, "5.": odd, "+5": odd, "1e5": power + shortest<<5, "1e+05": power, "1E-07": power + upperCase<<5,
		"1.5E-7": power + (upperCase|shortest)<<5 + 1, "1e+5": odd, "1e05": odd, "10e5": odd, "0e0": power + shortest<<5, "0e5": odd,
		"1e-00": odd, "1e-0": odd, "1.0e-1": power + shortest<<5 + 1, "1.00000000000000000e-01": odd, "1.000000000000000e-01": power + 15, "1e-400": odd,
		"5e-324": power, "4e-324": odd, "2.2250738585072014e-308": power + 16, "1e308": power + shortest<<5, "1e22": power + shortest<<5, "1e23": power + shortest<<5,
		"1.234567890123456789e+00": odd, "1.234567890123456690e+00": power + 18, "00000000000000000000001": padded + 23,
	} {
		if got := checkNumber(t, cell, '.'); got != want {
			t.Errorf("%q: spelling %d, want %d", cell, got, want)
		}
	}
	for cell, want := range map[string]spelling{"5,036": plain + 3, "-0,5": plain + 1, "5.036": text, "1,5e-07": power + 1, ",5": dotted + 1, "12345678,9012345678": odd, "12345678,90123": plain + 5} {
		if got := checkNumber(t, cell, ','); got != want {
			t.Errorf("%q: spelling %d, want %d", cell, got, want)
		}
	}
}

// TestNumberAsPrograms: what programs write comes back, almost never as odd.
func TestNumberAsPrograms(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		v := math.Float64frombits(r.Uint64())
		if v-v != 0 {
			continue
		}
		small := r.NormFloat64() * math.Pow(10, float64(r.IntN(12)-6))
		for _, cell := range []string{
			strconv.FormatFloat(v, 'e', -1, 64), strconv.FormatFloat(v, 'e', r.IntN(19), 64), strconv.FormatFloat(v, 'E', r.IntN(19), 64),
			strconv.FormatFloat(small, 'f', -1, 64), strconv.FormatFloat(small, 'f', r.IntN(18), 64), strconv.FormatFloat(small, 'g', -1, 64),
			strconv.FormatInt(int64(r.Uint64()>>r.IntN(64)), 10), fmt.Sprintf("%0*d", r.IntN(16), r.Int64N(1<<r.IntN(40))), fmt.Sprint(small),
		} {
			s := checkNumber(t, cell, '.')
			if s == odd && len(strings.TrimLeft(cell, "-0.")) < 16 && !strings.ContainsAny(cell, "eE") {
				t.Fatalf("%q is odd", cell)
			}
		}
		digits := strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
		at := r.IntN(len(digits))
		checkNumber(t, digits[:at]+"."+digits[at:], '.')
		// Halfway between two float64, and beside.
		half := strconv.FormatUint(1<<52+r.Uint64N(1<<52), 10)
		for _, cell := range []string{half + ".5", half + ".50000", half + ".501", half + ".499", "0." + half} {
			checkNumber(t, cell, '.')
		}
		for _, cell := range []string{strconv.FormatFloat(v, 'e', -1, 64), strconv.FormatFloat(small, 'f', -1, 64)} {
			if s := checkNumber(t, cell, '.'); s == odd && len(cell) < 18 {
				t.Fatalf("%q, the shortest, is odd", cell)
			}
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, cell := range []string{"0", "-1.5", "1e5", "9007199254740993", "0.1e-400", "00.5", "+.5E+05", "1,5", "x"} {
		f.Add(cell, false)
		f.Add(cell, true)
	}
	f.Fuzz(func(t *testing.T, cell string, comma bool) {
		point := byte('.')
		if comma {
			point = ','
		}
		checkNumber(t, cell, point)
	})
}
