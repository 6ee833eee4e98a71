package kernels

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/internal/names"
)

// TestSetsAreComplete sees that every function of every set is there, also of
// those that this machine cannot run.
func TestSetsAreComplete(t *testing.T) {
	for _, s := range append(tunedSets(), genericSet()) {
		t.Run("isa="+s.ISA, func(t *testing.T) {
			funcs := 0
			var visit func(path string, v reflect.Value)
			visit = func(path string, v reflect.Value) {
				switch v.Kind() {
				case reflect.Struct:
					for i := range v.NumField() {
						visit(path+"."+v.Type().Field(i).Name, v.Field(i))
					}
				case reflect.Array:
					for i := range v.Len() {
						visit(path+"["+Activation(i).String()+"]", v.Index(i))
					}
				case reflect.Slice:
					if v.Len() == 0 {
						t.Errorf("%s is empty", path)
					}
					for i := range v.Len() {
						visit(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
					}
				case reflect.Func:
					funcs++
					if v.IsNil() != (path == "Set.Derive[heaviside]") {
						t.Errorf("%s: is nil: %t", path, v.IsNil())
					}
				}
			}
			visit("Set", reflect.ValueOf(*s))
			if funcs < 20 {
				t.Errorf("found only %d functions", funcs)
			}
		})
	}
}

func TestSetsClimbTheLadder(t *testing.T) {
	sets := Sets()
	if sets[0].ISA != string(cpu.Generic) {
		t.Errorf("the first set is %s, want %s", sets[0].ISA, cpu.Generic)
	}
	for i, s := range sets[1:] {
		if below := cpu.ISA(sets[i].ISA); !cpu.ISA(s.ISA).Includes(below) || s.ISA == string(below) {
			t.Errorf("%s comes after %s", s.ISA, below)
		}
		if why := Unavailable(s.ISA); why != "" {
			t.Errorf("%s is there, and unavailable because %s", s.ISA, why)
		}
	}
}

func TestSelect(t *testing.T) {
	sets := Sets()
	best := sets[len(sets)-1].ISA
	for _, tt := range []struct{ requested, ceiling, want string }{
		{"", "", best},
		{"", "generic", "generic"},
		{"generic", "", "generic"},
		{best, "generic", "generic"},
		{"generic", best, "generic"}, // a ceiling only lowers
		{best, best, best},
	} {
		s, err := Select(tt.requested, tt.ceiling)
		if err != nil || s.ISA != tt.want {
			t.Errorf("Select(%q, %q) = %v, %v; want %s", tt.requested, tt.ceiling, s, err, tt.want)
		}
	}
	// Every level of the architecture is a valid ceiling, whether or not
	// this machine has it.
	for _, isa := range cpu.Ladder() {
		s, err := Select("", string(isa))
		if err != nil || !isa.Includes(cpu.ISA(s.ISA)) {
			t.Errorf("Select(\"\", %q) = %v, %v", isa, s, err)
		}
	}
}

func TestSelectRefuses(t *testing.T) {
	for _, tt := range [][2]string{{"avx1024", ""}, {"", "avx1024"}, {"generic", "AVX2"}} {
		var unknown *names.UnknownError
		if s, err := Select(tt[0], tt[1]); s != nil || !errors.As(err, &unknown) {
			t.Errorf("Select(%q, %q) = %v, %v; want an UnknownError", tt[0], tt[1], s, err)
		}
	}
	for _, isa := range cpu.Ladder() {
		why := Unavailable(string(isa))
		if why == "" {
			continue
		}
		if s, err := Select(string(isa), ""); s != nil || err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("Select(%q) = %v, %v; want an error that says %q", isa, s, err, why)
		}
	}
	if Unavailable("mmx") == "" {
		t.Error("kernels for mmx are available")
	}
}
