package initial_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/neurona-ml/neurona/nn/initial"
)

// goldenEntry is one of a file of what initialisers draw, by formulas.
type goldenEntry struct {
	Initialiser, Mode, Distribution string
	FanIn                           int `json:"fan_in"`
	FanOut                          int `json:"fan_out"`
	Rows, Columns                   int // of orthogonal: outputs and inputs
	Gain                            float64
	NormalMean                      float64 `json:"normal_mean"`
	NormalStd                       float64 `json:"normal_std"`
	Low, High                       float64
	Mean, Std                       float64
	Bound                           *float64
	Tolerance                       float64
	Norm                            float64 `json:"frobenius_norm"`
}

// spelling is that of the initialiser; biases says that the entry is about those.
func (e *goldenEntry) spelling() (text string, biases bool) {
	switch e.Initialiser {
	case "xavier_uniform", "xavier_normal":
		return fmt.Sprintf("glorot_%s(gain=%v)", e.Initialiser[len("xavier_"):], e.Gain), false
	case "kaiming_uniform", "kaiming_normal":
		return fmt.Sprintf("he_%s(gain=%v, mode=%s)", e.Initialiser[len("kaiming_"):], e.Gain, e.Mode), false
	case "lecun_normal_truncated":
		return "lecun_truncated_normal", false
	case "torch_linear_weight", "torch_linear_bias":
		return "torch_linear", e.Initialiser == "torch_linear_bias"
	case "trunc_normal":
		return fmt.Sprintf("truncated_normal(mean=%v, std=%v, low=%v, high=%v)", e.NormalMean, e.NormalStd, e.Low, e.High), false
	case "orthogonal":
		return fmt.Sprintf("orthogonal(gain=%v)", e.Gain), false
	}
	return e.Initialiser, false
}

// TestGoldenInitialisers: what is drawn has the mean, deviation and bounds of initialisers.json, or of any file of its
// type in the folder that NEURONA_GOLDEN names.
func TestGoldenInitialisers(t *testing.T) {
	files := []string{"../testdata/golden2/initialisers.json"}
	if dir := os.Getenv("NEURONA_GOLDEN"); dir != "" {
		files, _ = filepath.Glob(filepath.Join(dir, "*.json"))
	}
	read := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ Type string }
		if json.Unmarshal(text, &head) != nil || head.Type != "initialisers" {
			continue
		}
		read++
		var golden struct{ Entries []goldenEntry }
		if err := json.Unmarshal(text, &golden); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i, e := range golden.Entries {
			spelling, biases := e.spelling()
			t.Run(fmt.Sprintf("%d %s", i, spelling), func(t *testing.T) {
				init, err := initial.Catalog().Parse(spelling)
				if err != nil {
					t.Fatal(err)
				}
				if e.Initialiser == "orthogonal" {
					e.FanIn, e.FanOut = e.Columns, e.Rows
					e.orthogonal(t, init)
				}
				if e.FanIn == 0 {
					e.FanIn, e.FanOut = 100, 100
				}
				e.compare(t, init, biases)
			})
		}
	}
	if read == 0 {
		if os.Getenv("NEURONA_GOLDEN") == "" {
			t.Fatalf("no file of type initialisers among %v", files)
		}
		t.Skipf("no file of type initialisers among %v", files)
	}
}

// compare draws 200000 numbers, by which a mean is known to 5·std/√n and a deviation to 5/√(2n) of itself but once in a million times.
func (e *goldenEntry) compare(t *testing.T, init initial.Initialiser, biases bool) {
	const enough = 200000
	n, sum, squares, largest := 0.0, 0.0, 0.0, 0.0
	low, high := math.Inf(-1), math.Inf(1)
	if e.Bound != nil {
		low, high = -*e.Bound, *e.Bound
	} else if e.Initialiser == "trunc_normal" {
		low, high = e.Low, e.High
	}
	for seed := uint64(0); n < enough; seed++ {
		drawn, b := fill(init, seed, e.FanIn, e.FanOut)
		if biases {
			drawn = b
		}
		for _, v := range drawn {
			x := float64(v)
			n++
			sum += x
			squares += (x - e.Mean) * (x - e.Mean)
			largest = max(largest, math.Abs(x))
			if !(x >= float64(float32(low)) && x <= float64(float32(high))) {
				t.Fatalf("%v is outside of %v to %v", x, low, high)
			}
		}
	}
	if got, tol := sum/n, 5*e.Std/math.Sqrt(n)+0x1p-24*math.Abs(e.Mean); !(math.Abs(got-e.Mean) <= tol) {
		t.Errorf("the mean is %v, want %v within %v", got, e.Mean, tol)
	}
	if got, tol := math.Sqrt(squares/n), 5/math.Sqrt(2*n)*e.Std; !(math.Abs(got-e.Std) <= tol) {
		t.Errorf("the deviation is %v, want %v within %v", got, e.Std, tol)
	}
	if e.Distribution == "uniform on [-bound, bound)" && !(largest >= *e.Bound*(1-20/n)) {
		t.Errorf("the largest is %v, want %v or a little less", largest, *e.Bound)
	}
}

// orthogonal expects QQᵀ = gain²·I, of the shorter side, and the norm.
func (e *goldenEntry) orthogonal(t *testing.T, init initial.Initialiser) {
	w, _ := fill(init, 1, e.FanIn, e.FanOut)
	n, m, at := e.FanOut, e.FanIn, func(i, k int) float64 { return float64(w[k*e.FanOut+i]) }
	if n > m {
		n, m, at = m, n, func(i, k int) float64 { return float64(w[i*e.FanOut+k]) }
	}
	norm := 0.0
	for i := range n {
		for j := range n {
			sum, want := 0.0, 0.0
			for k := range m {
				sum += at(i, k) * at(j, k)
			}
			if i == j {
				norm += sum
				want = e.Gain * e.Gain
			}
			if !(math.Abs(sum-want) <= e.Tolerance) {
				t.Errorf("%d·%d is %v, want %v", i, j, sum, want)
			}
		}
	}
	if !(math.Abs(math.Sqrt(norm)-e.Norm) <= e.Tolerance*e.Norm) {
		t.Errorf("the norm is %v, want %v", math.Sqrt(norm), e.Norm)
	}
}

// TestCutOff: wherever a normal distribution is cut off, what is left is drawn as its density says, and soon.
func TestCutOff(t *testing.T) {
	for _, at := range [][2]float64{{-1, 1}, {-0.1, 5}, {0, 0.3}, {0.2, 9}, {1, 1.5}, {2, 40}, {9, 9.05}, {30, 50}, {-50, -30}, {-2, -0.5}, {3, 3}} {
		low, high := at[0], at[1]
		w, _ := fill(initial.TruncatedNormal(0, 1, low, high), 5, 200, 100)
		// The mean, by Simpson's rule with the density over its largest.
		const steps = 200000
		least := 0.0
		if low > 0 || high < 0 {
			least = min(math.Abs(low), math.Abs(high))
		}
		mass, first, second := 0.0, 0.0, 0.0
		for i := range steps + 1 {
			x := low + (high-low)*float64(i)/steps
			p := math.Exp((least*least - x*x) / 2)
			mass, first, second = mass+p, first+p*x, second+p*x*x
		}
		mean := first / mass
		std := math.Sqrt(max(0, second/mass-mean*mean))
		sum := 0.0
		for _, v := range w {
			sum += float64(v)
			if float64(v) < float64(float32(low)) || float64(v) > float64(float32(high)) {
				t.Fatalf("%v is outside of %v", v, at)
			}
		}
		if got, tol := sum/float64(len(w)), 5*std/math.Sqrt(float64(len(w)))+1e-4*std+0x1p-24*math.Abs(mean); !(math.Abs(got-mean) <= tol) {
			t.Errorf("between %v the mean is %v, want %v within %v", at, got, mean, tol)
		}
	}
	for _, bad := range []initial.Initialiser{initial.TruncatedNormal(0, 1, 2, 1), initial.TruncatedNormal(0, 0, -1, 1), initial.TruncatedNormal(math.NaN(), 1, -1, 1)} {
		if w, _ := fill(bad, 1, 1, 1); w[0] == w[0] {
			t.Errorf("%s draws %v", bad, w[0])
		}
	}
	if _, err := initial.Catalog().Parse("truncated_normal(low=3)"); err == nil {
		t.Error("a least weight above the largest is read")
	}
}
