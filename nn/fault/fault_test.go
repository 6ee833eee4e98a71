package fault_test

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/nn/fault"
)

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string // empty: none
		null bool   // a *NilError
	}{
		{fault.NonNegative("sgd", "lr", 0), "", false},
		{fault.NonNegative("sgd", "lr", math.MaxFloat32), "", false},
		{fault.NonNegative("sgd", "lr", 1e39), "sgd: lr is 1e+39, want a finite number, at least 0", false},
		{fault.NonNegative("sgd", "lr", math.NaN()), "sgd: lr is NaN, want a finite number, at least 0", false},
		{fault.NonNegative("sgd", "lr", -1), "sgd: lr is -1, want a finite number, at least 0", false},
		{fault.Fraction("sgd", "momentum", 0), "", false},
		{fault.Fraction("sgd", "momentum", 1), "sgd: momentum is 1, want at least 0 and below 1", false},
		{fault.Fraction("sgd", "momentum", math.NaN()), "sgd: momentum is NaN, want at least 0 and below 1", false},
		{fault.Option("sgd", 2), "sgd: option 2 is nil, want an option, or none at its place", true},
	} {
		if c.want == "" {
			if c.err != nil {
				t.Errorf("error %v, want none", c.err)
			}
			continue
		}
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("error %v, want %q", c.err, c.want)
		}
		if h := new(fault.HyperparameterError); !errors.As(c.err, &h) || h.Error() != c.want && !c.null {
			t.Errorf("%v is no *HyperparameterError, or another: %v", c.err, h)
		}
		if n := new(fault.NilError); errors.As(c.err, &n) != c.null {
			t.Errorf("%v is a *NilError: %t, want %t", c.err, !c.null, c.null)
		}
	}
}
