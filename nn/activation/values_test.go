package activation_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// number is one of the file's, which spells those that JSON lacks.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	if values := map[string]float64{`"inf"`: math.Inf(1), `"-inf"`: math.Inf(-1), `"nan"`: math.NaN()}; values[string(text)] != 0 {
		*n = number(values[string(text)])
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// TestExactValues compares functions and their derivatives with exact values, from denormal
// numbers to the largest, infinities and NaN, in predictions and in training.
func TestExactValues(t *testing.T) {
	text, err := os.ReadFile("testdata/activation_values.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		X           []number
		Activations []struct {
			Kind              string
			Slope             float64
			Value, Derivative []number
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	const unit = 0x1p-24
	x, dy := familytest.Numbers(1, len(file.X), 9), familytest.Numbers(1, len(file.X), 9)
	for i, v := range file.X {
		x.Data[i], dy.Data[i] = float32(v), 1
	}
	// How far values may be, in ulp, and derivatives, in ulp and absolutely: those of sigmoid and tanh are
	// computed from the value, y(1-y) and 1-y².
	bounds := map[string]struct{ value, slope, absolute float64 }{
		"sigmoid": {2.5, 0, 5 * unit}, "tanh": {2.6, 0, 8 * unit}, "relu": {0, 0, 0},
		"gelu": {0.51, 0.51, 0}, "leaky_relu": {0.5, 0, 0},
	}
	seen := 0
	for _, a := range file.Activations {
		bound, ok := bounds[a.Kind]
		if !ok {
			continue
		}
		seen++
		name := a.Kind
		if name == "leaky_relu" {
			name = "prelu" // with a slope that is not trained yet
		}
		l, err := activation.Catalog().Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kernels.Sets() {
			b, err := backends.Open("native", backends.Options{ISA: k.ISA})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			net, err := nn.New(tensor.Shape{len(file.X)}, l, nn.Backend(b), nn.InputGradient())
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			if name == "prelu" {
				setSlope(t, net, float32(a.Slope))
			}
			predicted, err := net.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Forward(x)
			if err != nil {
				t.Fatal(err)
			}
			if err := net.Backward(dy); err != nil {
				t.Fatal(err)
			}
			dx := net.InputGradient()
			for i, v := range file.X {
				if math.IsNaN(float64(v)) { // comes out as NaN, if not of every derivative
					if y := y.Data[i]; y == y {
						t.Errorf("%s, %s: f(NaN) = %v", name, k.ISA, y)
					}
					continue
				}
				if p, y := predicted.Data[i], y.Data[i]; math.Float32bits(p) != math.Float32bits(y) {
					t.Errorf("%s, %s: f(%v) is predicted as %v, trained as %v", name, k.ISA, v, p, y)
				}
				if got, want := float64(y.Data[i]), float64(a.Value[i]); !close32(got, want, bound.value, 0) {
					t.Errorf("%s, %s: f(%v) = %v, want %v", name, k.ISA, v, got, want)
				}
				if got, want := float64(dx.Data[i]), float64(a.Derivative[i]); !close32(got, want, bound.slope, bound.absolute) {
					t.Errorf("%s, %s: f'(%v) = %v, want %v", name, k.ISA, v, got, want)
				}
			}
		}
	}
	if seen != len(bounds) {
		t.Errorf("the file has %d of %d functions", seen, len(bounds))
	}
}

// close32 reports whether got is want, or as many ulp of float32 beside it, or so far; numbers that are below the normal
// ones may be flushed to 0.
func close32(got, want, ulps, absolute float64) bool {
	if got == want || math.Abs(want) > math.MaxFloat32*(1+0x1p-25) && math.IsInf(got, int(math.Copysign(1, want))) {
		return true
	}
	_, exponent := math.Frexp(want)
	ulp := math.Ldexp(1, max(exponent, -125)-24)
	if math.Abs(want) < 0x1p-126 {
		absolute += math.Abs(want) // flushed
	}
	return math.Abs(got-want) <= ulps*ulp+absolute
}

// setSlope sets the slope of a network that is a PReLU.
func setSlope(t *testing.T, net *nn.Network, v float32) {
	t.Helper()
	var file bytes.Buffer
	if err := net.Save(&file, nil); err != nil {
		t.Fatal(err)
	}
	content := file.Bytes()
	bits := math.Float32bits(v) // the only number, at the end
	for i := range 4 {
		content[len(content)-4+i] = byte(bits >> (8 * i))
	}
	if _, err := nn.LoadInto(net, &file); err != nil {
		t.Fatal(err)
	}
}
