package table

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// A spelling says how a number was written, so that number and spelling together give the
// cell back byte for byte: "1", "01", "1.0" and "1e0" are one number in four spellings. It
// takes a byte, and a column whose numbers all have one spelling keeps it once.
//
// Beside the numbers it has a value for each other kind of cell, for use while a chunk is
// parsed: in a column these are told by the value (see missingBits, textBits).
type spelling uint8

const (
	missing spelling = iota // nothing
	text                    // no number
	odd                     // a number that no spelling gives back: its text is kept

	plain  spelling = 32  // +d: d digits behind the point, 0 to 31; no zeros in front: 0.50
	dotted spelling = 64  // +d: the same, below 1 and without the zero: .50
	padded spelling = 96  // +w: a whole number filled with zeros to w digits: 007
	power  spelling = 128 // +32·style+d: a digit, d digits behind the point, a power of ten

	most spelling = 31 // the largest d and w
)

// Styles of a power of ten.
const (
	upperCase = 1 // E, otherwise e
	shortest  = 2 // 1e5, otherwise 1e+05
)

// append writes v as it was spelt.
func (s spelling) append(b []byte, v float64, point byte) []byte {
	start := len(b)
	switch {
	case s >= power:
		style, digits := s>>5-power>>5, int(s&most)
		b = strconv.AppendFloat(b, v, 'e', digits, 64)
		e := start + strings.IndexByte(string(b[start:]), 'e')
		if style&upperCase != 0 {
			b[e] = 'E'
		}
		if style&shortest != 0 {
			exponent := b[e+1:]
			negative := exponent[0] == '-'
			digits := exponent[1:]
			for len(digits) > 1 && digits[0] == '0' {
				digits = digits[1:]
			}
			b = b[:e+1]
			if negative {
				b = append(b, '-')
			}
			b = append(b, digits...)
		}
	case s >= padded:
		if math.Signbit(v) {
			b = append(b, '-')
		}
		var digits [20]byte
		whole := strconv.AppendUint(digits[:0], uint64(math.Abs(v)), 10)
		for range int(s&most) - len(whole) {
			b = append(b, '0')
		}
		return append(b, whole...)
	case s >= dotted:
		b = strconv.AppendFloat(b, v, 'f', int(s&most), 64)
		zero := start
		if b[zero] == '-' {
			zero++
		}
		b = append(b[:zero], b[zero+1:]...)
	case s >= plain:
		b = strconv.AppendFloat(b, v, 'f', int(s&most), 64)
	}
	if point != '.' {
		for i := start; i < len(b); i++ {
			if b[i] == '.' {
				b[i] = point
			}
		}
	}
	return b
}

// exactBelow bounds the digits of a decimal, taken as a whole number m, that its float64
// gives back for sure: rounding moves it by at most 2^-53 of itself, so by less than half
// of its last digit.
const exactBelow = 1 << 52

// powersOfTen are those that float64 holds exactly.
var powersOfTen = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// wholePowersOfTen are those that 64 bits hold.
var wholePowersOfTen = func() (p [20]uint64) {
	p[0] = 1
	for i := range p[1:] {
		p[i+1] = p[i] * 10
	}
	return p
}()

// tenthOfMost bounds what can be multiplied by ten and added to in 64 bits.
const tenthOfMost = math.MaxUint64 / 10

// decimal is a number taken apart.
type decimal struct {
	negative bool
	digits   uint64 // all of them
	many     bool   // digits do not fit
	whole    int    // how many stand before the point
	behind   int    // and behind it
	zeros    bool   // whether there is a zero that plain does not write, or none where it does
	point    bool
	exponent int
	style    spelling // of the exponent
	power    bool     // whether there is one
	strange  bool     // a sign or an exponent that no spelling has
}

// takeApart reads [+-] digits [point digits] [e [+-] digits]; ok says whether that is all of cell.
func takeApart(cell []byte, point byte) (d decimal, ok bool) {
	i := 0
	at := func() byte {
		if i < len(cell) {
			return cell[i]
		}
		return 0
	}
	if c := at(); c == '-' || c == '+' {
		d.negative, d.strange = c == '-', c == '+'
		i++
	}
	start := i
	for ; at()-'0' <= 9; i++ {
		d.many = d.many || d.digits >= tenthOfMost
		d.digits = d.digits*10 + uint64(cell[i]-'0')
	}
	d.whole = i - start
	d.zeros = d.whole == 0 || cell[start] == '0' && d.whole > 1
	if d.point = i < len(cell) && cell[i] == point; d.point {
		i++
		start := i
		for ; at()-'0' <= 9; i++ {
			d.many = d.many || d.digits >= tenthOfMost
			d.digits = d.digits*10 + uint64(cell[i]-'0')
		}
		d.behind = i - start
		d.strange = d.strange || d.behind == 0
	}
	if d.whole+d.behind == 0 {
		return d, false
	}
	if c := at(); c == 'e' || c == 'E' {
		d.power = true
		if c == 'E' {
			d.style = upperCase
		}
		i++
		sign := at()
		if sign == '-' || sign == '+' {
			i++
		}
		start := i
		for ; at()-'0' <= 9; i++ {
			if d.exponent < 10000 {
				d.exponent = d.exponent*10 + int(cell[i]-'0')
			}
		}
		n := i - start
		if n == 0 {
			return d, false
		}
		if sign == '-' {
			d.exponent = -d.exponent
		}
		switch {
		case sign == '-' && d.exponent == 0:
			d.strange = true
		case (sign == '-' || sign == '+') && (n == 2 || n == 3 && cell[start] != '0'):
			// Both styles spell -10 and below like this.
		case sign == '+' || cell[start] == '0' && n > 1:
			d.strange = true
		default:
			d.style |= shortest
		}
	}
	return d, i == len(cell)
}

// number reads a number and how it is spelt: [+-] digits [point digits] [e [+-] digits].
// The value is strconv.ParseFloat's, to the bit. Anything else is no number: inf and NaN,
// hexadecimals, what float64 cannot hold, spaces.
func number(cell []byte, point byte) (v float64, s spelling, ok bool) {
	d, ok := takeApart(cell, point)
	if !ok {
		return 0, text, false
	}
	switch scale := d.exponent - d.behind; {
	case !d.many && scale <= 0 && -scale < len(wholePowersOfTen):
		v = quotient(d.digits, -scale)
	case !d.many && scale > 0 && d.digits <= 1<<53 && scale < len(powersOfTen):
		v = float64(d.digits) * powersOfTen[scale]
	default:
		digits := string(bytes.TrimPrefix(cell, []byte{'-'}))
		if point != '.' {
			digits = strings.Replace(digits, string(rune(point)), ".", 1)
		}
		var err error
		if v, err = strconv.ParseFloat(digits, 64); err != nil {
			return 0, text, false
		}
	}
	if d.negative {
		v = -v
	}
	return v, d.spelling(cell, v, point), true
}

// spelling finds the one that gives cell back, or odd.
func (d *decimal) spelling(cell []byte, v float64, point byte) spelling {
	if d.strange || d.many || d.whole > int(most) || d.behind > int(most) {
		return odd
	}
	var s spelling
	places := d.behind // of the last digit
	rounded := false   // down to a digit less, perhaps
	switch {
	case d.power:
		if d.whole != 1 || d.behind >= len(wholePowersOfTen) || d.digits < wholePowersOfTen[d.behind] && (d.digits != 0 || d.exponent != 0) {
			return odd // a zero or several digits before the point
		}
		s = power + d.style<<5 + spelling(d.behind)
		places -= d.exponent
		rounded = d.digits == wholePowersOfTen[d.behind]
	case d.point && d.whole == 0:
		s = dotted + spelling(d.behind)
	case !d.zeros:
		s = plain + spelling(d.behind)
	case !d.point:
		if d.digits >= 1<<53 {
			return odd
		}
		return padded + spelling(d.whole)
	default:
		return odd
	}
	normal := d.digits == 0 || math.Abs(v) >= 0x1p-1022
	if !rounded && (d.digits < exactBelow && normal || gives(v, d.digits, places)) {
		return s
	}
	var room [64]byte
	if string(s.append(room[:0], v, point)) == string(cell) {
		return s
	}
	return odd
}

// quotient returns digits·10^-places, rounded to the nearest float64, to even if two are as near.
// Divided are 128 bits by 64, so that 63 bits at least come out; the last one then stands for
// all behind it, and the conversion rounds.
func quotient(digits uint64, places int) float64 {
	if digits < 1<<53 && places < len(powersOfTen) {
		return float64(digits) / powersOfTen[places]
	}
	divisor := wholePowersOfTen[places]
	up, down := bits.LeadingZeros64(digits), bits.LeadingZeros64(divisor)
	digits <<= up
	q, rest := bits.Div64(digits>>1, digits<<63, divisor<<down)
	if rest != 0 {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023-63+down-up)<<52)
}

// gives tells whether |v|, rounded to so many places behind the point, is digits·10^-places
// for sure: whether |v|·10^places is less than 1/2 away. With |v| = f·2^-k that is
// |f·10^places - digits·2^k| < 2^(k-1), in 128 bits.
func gives(v float64, digits uint64, places int) bool {
	b := math.Float64bits(v)
	f, k := b&(1<<52-1)|1<<52, 1075-int(b>>52&0x7ff)
	if places < 0 || places >= len(wholePowersOfTen) || k < 1 || k > 63 {
		return false
	}
	hi, lo := bits.Mul64(f, wholePowersOfTen[places])
	wantHi, wantLo := digits>>(64-k), digits<<k
	diff, borrow := bits.Sub64(lo, wantLo, 0)
	over, borrow := bits.Sub64(hi, wantHi, borrow)
	if borrow != 0 {
		var carry uint64
		diff, carry = bits.Add64(^diff, 1, 0)
		over = ^over + carry
	}
	return over == 0 && diff < 1<<(k-1)
}
