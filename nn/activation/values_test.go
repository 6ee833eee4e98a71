package activation_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
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

// exact is a function of the file.
type exact struct {
	Kind                         string
	Slope, Alpha, Beta, Min, Max *float64
	Value, Derivative            []number
}

// TestGoldenValues compares functions and their derivatives with exact values, from denormal
// numbers to the largest, infinities and NaN, in predictions and in training.
func TestGoldenValues(t *testing.T) {
	const own = "testdata/activation_values.json"
	files := []string{own}
	if dir := os.Getenv("NEURONA_GOLDEN"); dir != "" { // all of this type in another folder
		files, _ = filepath.Glob(filepath.Join(dir, "*.json"))
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file values
		if err := json.Unmarshal(text, &file); err != nil && (file.Type == "values" || path == own) {
			t.Fatal(err)
		}
		if file.Type == "values" {
			t.Run(filepath.Base(path), func(t *testing.T) { file.check(t) })
		}
	}
}

// values is a file.
type values struct {
	Type        string
	X           []number
	Activations []exact
}

// check compares the functions that the file has.
func (file values) check(t *testing.T) {
	const unit = 0x1p-24
	x, dy := familytest.Numbers(1, len(file.X), 9), familytest.Numbers(1, len(file.X), 9)
	for i, v := range file.X {
		x.Data[i], dy.Data[i] = float32(v), 1
	}
	// How far values may be, in ulp, and derivatives, in ulp and absolutely: those of sigmoid and tanh are
	// computed from the value, y(1-y) and 1-y², and in others terms cancel where they cross 0.
	type bound struct{ value, slope, absolute float64 }
	bounds := map[string]bound{
		"sigmoid": {2.5, 0, 5 * unit}, "tanh": {2.6, 0, 8 * unit}, "relu": {0, 0, 0}, "leaky_relu": {0.5, 0, 0}, "prelu": {0.5, 0, 0},
		"elu": {3, 3, 0}, "selu": {3, 3, 0x1p-125}, "celu": {3, 3, 0}, "gelu": {5, 5, 4 * unit}, "gelu_tanh": {160, 160, 4 * unit},
		"silu": {4, 4, 4 * unit}, "mish": {6, 6, 4 * unit}, "softplus": {2.5, 2.5, 0}, "softsign": {1.5, 4, 0}, "relu6": {0, 0, 0},
		"hard_sigmoid": {1.5, 0.5, 0}, "hard_swish": {2.5, 0.5, unit}, "hard_tanh": {0, 0, 0}, "log_sigmoid": {2.5, 2.5, 0},
	}
	names := map[string]string{"hardsigmoid": "hard_sigmoid", "hardswish": "hard_swish", "hardtanh": "hard_tanh", "logsigmoid": "log_sigmoid"}
	if leaky := slices.IndexFunc(file.Activations, func(a exact) bool { return a.Kind == "leaky_relu" }); leaky >= 0 {
		slope := file.Activations[leaky]
		slope.Kind = "prelu" // with a slope that is not trained yet
		file.Activations = append(slices.Clone(file.Activations), slope)
	}
	for _, a := range file.Activations {
		name := cmp.Or(names[a.Kind], a.Kind)
		bound, ok := bounds[name]
		if !ok {
			t.Errorf("there is no bound for %s", name)
		}
		spelling := catalog.Spec{Name: name}
		for setting, v := range map[string]*float64{"slope": a.Slope, "alpha": a.Alpha, "beta": a.Beta, "min": a.Min, "max": a.Max} {
			if v != nil && name != "prelu" {
				spelling.Args = append(spelling.Args, catalog.Argument{Name: setting, Value: catalog.Value{Form: catalog.NumberForm, Number: *v}})
			}
		}
		l, err := activation.Catalog().Parse(spelling.String())
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
				setSlope(t, net, float32(*a.Slope))
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
