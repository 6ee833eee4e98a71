package initial_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/initial"
)

// distribution is what weights or biases are drawn from: around 0 and symmetric.
type distribution struct {
	moments [9]float64 // E xⁿ, 0 for odd n
	bound   float64    // of |x|; +Inf: none
}

// uniform is U(-a, a): E xⁿ = aⁿ/(n+1).
func uniform(a float64) distribution {
	d := distribution{bound: a}
	for n := 2; n <= 8; n += 2 {
		d.moments[n] = math.Pow(a, float64(n)) / float64(n+1)
	}
	return d
}

// normal is N(0, v): E xⁿ = (n-1)!!·v^(n/2).
func normal(v float64) distribution {
	return distribution{[9]float64{2: v, 4: 3 * v * v, 6: 15 * v * v * v, 8: 105 * v * v * v * v}, math.Inf(1)}
}

// cutOff is a normal distribution that is cut off at twice its deviation, and has the deviation d then: for N(0, 1)
// between ±2, E xⁿ = (n-1)·E xⁿ⁻² - 2·2ⁿ⁻¹·φ(2)/(2·Φ(2)-1), by parts.
func cutOff(d float64) distribution {
	density := math.Exp(-2) / math.Sqrt(2*math.Pi)
	var of [9]float64
	of[0] = 1
	for n := 2; n <= 8; n += 2 {
		of[n] = float64(n-1)*of[n-2] - math.Pow(2, float64(n))*density/math.Erf(math.Sqrt2)
	}
	wide := d / math.Sqrt(of[2])
	cut := distribution{bound: 2 * wide}
	for n := 2; n <= 8; n += 2 {
		cut.moments[n] = of[n] * math.Pow(wide, float64(n))
	}
	return cut
}

// formula is what a formula of the catalogue has to look like.
var formula = regexp.MustCompile(`^w(, b)?: (U\(-a, a\), a = √\(|N\(0, )(.+)\)( cut off at 2σ)?$`)

// theory reads a formula: what weights and biases are for a layer of that size.
func theory(text string, in, out int) (w, b distribution, err error) {
	m := formula.FindStringSubmatch(text)
	if m == nil {
		return w, b, fmt.Errorf("formula is %q, want one that matches %v", text, formula)
	}
	expr, err := parser.ParseExpr(m[3])
	if err != nil {
		return w, b, err
	}
	v, err := evaluate(expr, map[string]float64{"in": float64(in), "out": float64(out)})
	if err != nil {
		return w, b, fmt.Errorf("formula %q: %w", text, err)
	}
	switch w = normal(v); {
	case m[4] != "":
		w = cutOff(math.Sqrt(v))
	case strings.HasPrefix(m[2], "U"):
		w = uniform(math.Sqrt(v))
	}
	if m[1] != "" {
		b = w
	}
	return w, b, nil
}

// evaluate computes an expression of numbers, names, +, / and brackets.
func evaluate(e ast.Expr, names map[string]float64) (float64, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return strconv.ParseFloat(e.Value, 64)
	case *ast.Ident:
		if v, ok := names[e.Name]; ok {
			return v, nil
		}
	case *ast.ParenExpr:
		return evaluate(e.X, names)
	case *ast.BinaryExpr:
		x, err := evaluate(e.X, names)
		if err != nil {
			return 0, err
		}
		y, err := evaluate(e.Y, names)
		if err != nil {
			return 0, err
		}
		switch e.Op {
		case token.ADD:
			return x + y, nil
		case token.QUO:
			return x / y, nil
		}
	}
	return 0, fmt.Errorf("cannot compute the %T in it", e)
}

// TestMoments compares what is drawn with the catalogue's formula.
func TestMoments(t *testing.T) {
	parts := all(t)
	for _, p := range initial.Catalog().Parts() {
		for _, size := range [][2]int{{300, 200}, {64, 1024}, {1024, 64}, {5000, 1}, {1, 5000}} {
			name := fmt.Sprintf("%s %d to %d, ", p.Name, size[0], size[1])
			if slices.Contains([]string{"orthogonal", "truncated_normal", "constant"}, p.Name) {
				continue // have tests of their own
			}
			wantW, wantB, err := theory(p.Formula, size[0], size[1])
			if err != nil {
				t.Errorf("%s: %v", p.Name, err)
				break
			}
			w, b := fill(parts[p.Name], 3, size[0], size[1])
			compare(t, name+"weights", w, wantW)
			compare(t, name+"biases", b, wantB)
		}
	}
}

// compare expects that v was drawn from d. The mean of n powers xᵏ deviates by
// √((E x²ᵏ - (E xᵏ)²)/n), six of which are not reached by chance; the fourth power
// tells uniform and normal numbers apart. A bound is respected, after rounding,
// and, of uniform numbers, come close to: all stay 20/n below it once in e²⁰ times.
func compare(t *testing.T, what string, v []float32, d distribution) {
	t.Helper()
	n := float64(len(v))
	for k := 1; k <= 4; k++ {
		sum := 0.0
		for _, x := range v {
			sum += math.Pow(float64(x), float64(k))
		}
		want, square := d.moments[k], d.moments[2*k]
		rounding := float64(k) * 0x1p-24 * math.Sqrt(square) // of each number to float32
		if tol := 6*math.Sqrt((square-want*want)/n) + rounding; !(math.Abs(sum/n-want) <= tol) {
			t.Errorf("%s: the mean of x^%d is %v, want %v within %v", what, k, sum/n, want, tol)
		}
	}
	largest := float64(max(slices.Max(v), -slices.Min(v)))
	if limit := float64(float32(d.bound)); !(largest <= limit) || d.moments[4] < 2*d.moments[2]*d.moments[2] && !(largest >= limit*(1-20/n)) {
		t.Errorf("%s: the largest is %v, want the bound %v or a little less", what, largest, limit)
	}
}
